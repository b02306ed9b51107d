using System.Text.RegularExpressions;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>The statements of a row as text with names in it.</summary>
internal static class SemanticText
{
    /// <summary>True if the statements mention a name.</summary>
    public static bool Uses(string statements, string name) => Regex.IsMatch(statements, $@"\b{name}\b");

    /// <summary>Puts types and constants for <c>T</c> (operand type), <c>S</c> (signed), <c>U</c> (second operand's signed type), <c>N</c> (bits), <c>M</c> (count mask).</summary>
    public static string Expand(string statements, Model.OperandSize size) => Regex.Replace(statements, @"\b[TSUNM]\b", match => match.Value switch
    {
        "T" => Model.OperandSize.TypeOf(size.Left),
        "S" => Model.OperandSize.SignedTypeOf(size.Left),
        "U" => Model.OperandSize.SignedTypeOf(size.Right),
        "N" => $"{size.Left}",
        _ => size.Left == 64 ? "63" : "31",
    });

    /// <summary>The statements one by one, without their semicolons; those inside braces or parentheses stay together.</summary>
    public static IEnumerable<string> Split(string statements)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < statements.Length; i++)
        {
            depth += statements[i] is '(' or '{' ? 1 : statements[i] is ')' or '}' ? -1 : 0;
            if (statements[i] == ';' && depth == 0)
            {
                yield return statements.Substring(start, i - start).Trim();
                start = i + 1;
            }
        }

        string last = statements.Substring(start).Trim();
        if (last.Length > 0)
        {
            yield return last;
        }
    }
}
