using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Parsing;

/// <summary>Splits a table's text into header lines and rows. Any text is accepted; what makes no sense becomes a problem.</summary>
internal static class TableParser
{
    /// <summary>Name, number, direction, argument, flags, handler; attributes may follow.</summary>
    private const int RequiredColumns = 6;

    public static TableSyntax Parse(TableFile file, CancellationToken cancellation)
    {
        List<HeaderSyntax> headers = [];
        List<RowSyntax> rows = [];
        HashSet<string> sections = [];
        ProblemList problems = new(file.Path);
        string? section = null;

        foreach (List<Cell> words in Lines(file.Text))
        {
            cancellation.ThrowIfCancellationRequested();
            Cell first = words[0];
            if (first.Text == "section")
            {
                section = ParseSection(words, sections, problems) ?? section ?? "";
            }
            else if (section is null)
            {
                ParseHeader(words, headers, problems);
            }
            else if (words.Count < RequiredColumns)
            {
                problems.Add(Descriptors.MalformedRow, first, first.Text, words.Count.ToString(Text.Invariant));
            }
            else
            {
                EquatableArray<Cell> attributes = words.Skip(RequiredColumns).ToEquatableArray();
                rows.Add(new RowSyntax(section, first, words[1], words[2], words[3], words[4], words[5], attributes));
            }
        }

        return new TableSyntax(file.Path, headers.ToEquatableArray(), rows.ToEquatableArray(), problems.ToEquatableArray());
    }

    private static string? ParseSection(List<Cell> words, HashSet<string> sections, ProblemList problems)
    {
        if (words.Count != 2)
        {
            problems.Add(Descriptors.BadHeaderValue, words[0], "section", "one name is expected");
            return null;
        }

        if (!sections.Add(words[1].Text))
        {
            problems.Add(Descriptors.DuplicateSection, words[1], words[1].Text);
        }

        return words[1].Text;
    }

    private static void ParseHeader(List<Cell> words, List<HeaderSyntax> headers, ProblemList problems)
    {
        Cell key = words[0];
        if (!HeaderKeys.All.Contains(key.Text))
        {
            problems.Add(Descriptors.UnknownHeaderKey, key, key.Text, Suggestion.For(key.Text, HeaderKeys.All));
        }
        else if (headers.Any(header => header.Key.Text == key.Text))
        {
            problems.Add(Descriptors.DuplicateHeaderKey, key, key.Text);
        }
        else if (words.Count == 1)
        {
            problems.Add(Descriptors.BadHeaderValue, key, key.Text, "a value is expected");
        }
        else
        {
            headers.Add(new HeaderSyntax(key, words.Skip(1).ToEquatableArray()));
        }
    }

    /// <summary>The words of each line that has any, comments taken off.</summary>
    private static IEnumerable<List<Cell>> Lines(string text)
    {
        int lineStart = 0;
        for (int line = 0; lineStart <= text.Length; line++)
        {
            int lineEnd = text.IndexOf('\n', lineStart);
            if (lineEnd < 0)
            {
                lineEnd = text.Length;
            }

            List<Cell> words = Words(text, lineStart, lineEnd, line);
            if (words.Count > 0)
            {
                yield return words;
            }

            lineStart = lineEnd + 1;
        }
    }

    private static List<Cell> Words(string text, int lineStart, int lineEnd, int line)
    {
        List<Cell> words = [];
        int at = lineStart;
        while (at < lineEnd && text[at] != '#')
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            int start = at;
            while (at < lineEnd && text[at] != '#' && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            words.Add(new Cell(text.Substring(start, at - start), new Position(start, line, start - lineStart)));
        }

        return words;
    }
}
