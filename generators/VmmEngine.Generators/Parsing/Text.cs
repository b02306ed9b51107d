using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace VmmEngine.Generators.Parsing;

/// <summary>Small questions about words.</summary>
internal static class Text
{
    public static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary>True if generated code can use the word as a name: ASCII letters, digits and underscores, no keyword.</summary>
    public static bool IsIdentifier(string word) =>
        word.Length > 0
        && !char.IsDigit(word[0])
        && word.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_')
        && !IsKeyword(word);

    /// <summary>True for the words that C# reserves.</summary>
    public static bool IsKeyword(string word) => SyntaxFacts.GetKeywordKind(word) != SyntaxKind.None;

    /// <summary>True for identifiers joined by dots.</summary>
    public static bool IsQualifiedName(string words) => words.Split('.').All(IsIdentifier);

    /// <summary>Reads a decimal or 0x number.</summary>
    public static bool TryParseNumber(string word, out long number) =>
        word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(word.Substring(2), NumberStyles.AllowHexSpecifier, Invariant, out number) && number >= 0
            : long.TryParse(word, NumberStyles.None, Invariant, out number);

    /// <summary>The word as text inside an XML documentation comment.</summary>
    public static string EscapeXml(string word) => word.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>The word as a C# string literal.</summary>
    public static string Literal(string word) => SymbolDisplay.FormatLiteral(word, quote: true);
}
