using System.Text;
using System.Text.RegularExpressions;

namespace VmmEngine.Cli.TableRows;

/// <summary>
/// The source that the generator wrote for the engine. The build puts the files into this program, so what is shown is what was compiled.
/// </summary>
internal static partial class GeneratedSource
{
    /// <summary>Begins the names of the resources; the build gives them.</summary>
    private const string Folder = "generated/";

    /// <summary>Every method of a row: its own, the relaxed one, and the thunks for both, with their documentation.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="method">The row's handler, after which its methods are called.</param>
    /// <returns>The methods, separated by blank lines; null if there are none.</returns>
    public static string? FindMethods(string table, string method)
    {
        StringBuilder found = new();
        // Backwards: the rows come before the dispatch with its thunks.
        foreach (string resource in typeof(GeneratedSource).Assembly.GetManifestResourceNames().OrderDescending(StringComparer.Ordinal))
        {
            if (resource.StartsWith($"{Folder}{table}.", StringComparison.Ordinal))
            {
                AppendMethods(Read(resource).Split('\n'), method, found);
            }
        }

        return found.Length == 0 ? null : found.ToString().TrimEnd('\n');
    }

    private static void AppendMethods(string[] lines, string method, StringBuilder found)
    {
        for (int line = 0; line < lines.Length; line++)
        {
            Match declaration = Declaration().Match(lines[line]);
            string name = declaration.Groups["name"].Value;
            if (declaration.Success && (name == method || (name.StartsWith(method, StringComparison.Ordinal) && Suffix().IsMatch(name[method.Length..]))))
            {
                Append(lines, line, declaration.Groups["indent"].Value, found);
            }
        }
    }

    // The generator writes one declaration a line, its documentation and attributes right above it, and its last brace under its first column.
    private static void Append(string[] lines, int declaration, string indent, StringBuilder found)
    {
        int first = declaration;
        while (first > 0 && (lines[first - 1].StartsWith($"{indent}///", StringComparison.Ordinal) || lines[first - 1].StartsWith($"{indent}[", StringComparison.Ordinal)))
        {
            first--;
        }

        int last = Array.FindIndex(lines, declaration, line => line == $"{indent}}}");
        for (int line = first; line <= last; line++)
        {
            found.Append(lines[line].Length >= indent.Length ? lines[line][indent.Length..].TrimEnd() : "").Append('\n');
        }

        found.Append('\n');
    }

    private static string Read(string resource)
    {
        using StreamReader reader = new(typeof(GeneratedSource).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(?<indent> *)(public|internal|private) static (unsafe )?int (?<name>\w+)\(")]
    private static partial Regex Declaration();

    [GeneratedRegex("^(Relaxed)?(Thunk)?$")]
    private static partial Regex Suffix();
}
