using System.Text.RegularExpressions;

namespace VmmEngine.Cli.Tests.MachineCode;

/// <summary>The x64 machine code of one method, as the JIT prints it: instructions and labels in their order, without comments.</summary>
internal sealed partial class Listing
{
    private readonly string[] _lines;

    public Listing(string text)
    {
        Text = text;
        _lines = [.. text.Split('\n')
            .Select(line => Spaces().Replace(line.Split(';')[0].Trim(), " "))
            .Where(line => line.Length > 0)];
    }

    /// <summary>As it was printed.</summary>
    public string Text { get; }

    /// <summary>The fully optimised method of this name in a class whose name contains a word; null if the JIT has not come that far.</summary>
    public static Listing? Find(string output, string type, string method)
    {
        string? text = output.Split("; Assembly listing for method ").FirstOrDefault(part =>
        {
            string heading = part.Split('\n')[0];
            return heading.Contains(type, StringComparison.Ordinal)
                && heading.Contains($":{method}(", StringComparison.Ordinal)
                && heading.EndsWith("(Tier1)", StringComparison.Ordinal);
        });
        return text is null ? null : new Listing(text[text.IndexOf('\n', StringComparison.Ordinal)..]);
    }

    /// <summary>How many instructions begin so.</summary>
    public int Count(string pattern) => _lines.Count(line => Regex.IsMatch(line, $"^(?:{pattern})"));

    /// <summary>
    /// Whether a caller's marker is stored before the writer's word is read, in the straight line that ends with the jump to the block
    /// that calls <paramref name="contended"/>.
    /// </summary>
    /// <exception cref="FormatException">The code has none of the shapes that this method understands.</exception>
    public bool StoresMarkerBeforeItReads(string contended)
    {
        int jump = JumpTo(BlockThatCalls(contended));
        int load = LoadBefore(jump);
        int begin = Array.FindLastIndex(_lines, jump, line => line.StartsWith("call ", StringComparison.Ordinal) || Conditional().IsMatch(line) && line != _lines[jump]);
        int store = Array.FindIndex(_lines, begin + 1, jump - begin - 1, line => MarkerStore().IsMatch(line));
        return store >= 0 ? store < load : throw new FormatException($"No store of a marker before the jump to {contended}.");
    }

    // A label stands alone on its line, with a colon.
    private string BlockThatCalls(string method)
    {
        int call = Array.FindIndex(_lines, line => line.StartsWith("call ", StringComparison.Ordinal) && line.Contains(method, StringComparison.Ordinal));
        int label = call < 0 ? -1 : Array.FindLastIndex(_lines, call, line => line.EndsWith(':'));
        return label >= 0 ? _lines[label].TrimEnd(':') : throw new FormatException($"No block calls {method}.");
    }

    private int JumpTo(string label)
    {
        int jump = Array.FindIndex(_lines, line => Conditional().IsMatch(line) && line.EndsWith(" " + label, StringComparison.Ordinal));
        return jump >= 0 ? jump : throw new FormatException($"No conditional jump to {label}.");
    }

    // Either the comparison reads memory itself, or it looks at a register that was loaded earlier.
    private int LoadBefore(int jump)
    {
        int compare = Array.FindLastIndex(_lines, jump, line => Comparison().IsMatch(line));
        if (compare >= 0 && _lines[compare].Contains("ptr [", StringComparison.Ordinal))
        {
            return compare;
        }

        string register = compare < 0 ? "" : Comparison().Match(_lines[compare]).Groups["register"].Value;
        int load = compare < 0 ? -1 : Array.FindLastIndex(_lines, compare, line => line.StartsWith($"mov {register}, dword ptr [", StringComparison.Ordinal));
        return load >= 0 ? load : throw new FormatException("The word that decides about the jump is read in an unknown way.");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("^j(?!mp)[a-z]+ ")]
    private static partial Regex Conditional();

    [GeneratedRegex("^(?:cmp|test) (?<register>[a-z0-9]+)")]
    private static partial Regex Comparison();

    // The stack holds copied arguments, never a marker.
    [GeneratedRegex(@"^(?:mov|xchg) dword ptr \[(?!rbp|rsp)[^\]]+\], ")]
    private static partial Regex MarkerStore();
}
