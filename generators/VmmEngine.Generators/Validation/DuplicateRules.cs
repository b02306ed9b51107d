using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>What two rows of a table may not share: name, command word, handler. The later row is the one in error.</summary>
internal sealed class DuplicateRules(HeaderModel header, ProblemList problems)
{
    private readonly Dictionary<string, RowSyntax> _names = [];
    private readonly Dictionary<string, RowSyntax> _handlers = [];
    private readonly Dictionary<(string Descriptor, uint Word), RowSyntax> _words = [];

    public void Check(RowDraft row, uint? word)
    {
        if (Taken(_names, row.Syntax.Name.Text, row.Syntax) is { } sameName)
        {
            problems.Add(Descriptors.DuplicateName, row.Syntax.Name, row.Syntax.Name.Text, Line(sameName));
        }

        // Each section of an outgoing table belongs to a descriptor of its own, and so do its numbers.
        if (word is { } value && Taken(_words, (header.Outgoing ? row.Syntax.Section : "", value), row.Syntax) is { } sameWord)
        {
            string spelled = "0x" + value.ToString("X8", Text.Invariant);
            problems.Add(Descriptors.DuplicateWord, row.Syntax.Number, row.Syntax.Name.Text, spelled, sameWord.Name.Text, Line(sameWord));
        }

        if (!header.Outgoing && Taken(_handlers, row.Syntax.Handler.Text, row.Syntax) is { } sameHandler)
        {
            problems.Add(Descriptors.DuplicateHandler, row.Syntax.Handler, row.Syntax.Handler.Text, sameHandler.Name.Text, Line(sameHandler));
        }
    }

    private static RowSyntax? Taken<TKey>(Dictionary<TKey, RowSyntax> seen, TKey key, RowSyntax row)
    {
        if (seen.TryGetValue(key, out RowSyntax? earlier))
        {
            return earlier;
        }

        seen.Add(key, row);
        return null;
    }

    private static string Line(RowSyntax row) => (row.Name.At.Line + 1).ToString(Text.Invariant);
}
