using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.X86.Parsing;

/// <summary>Splits a table's text into rows. Any text is accepted; what makes no sense becomes a problem.</summary>
internal static class OperationParser
{
    private const int RowColumns = 6;
    private const int PairColumns = 5;

    public static TableSyntax Parse(TableFile file, CancellationToken cancellation)
    {
        bool pairs = file.Path.EndsWith(X86TableGenerator.PairExtension, StringComparison.Ordinal);
        int columns = pairs ? PairColumns : RowColumns;
        List<RowSyntax> rows = [];
        List<PairSyntax> pairRows = [];
        ProblemList problems = new(file.Path);

        foreach (List<Cell> words in Lines(file.Text, columns))
        {
            cancellation.ThrowIfCancellationRequested();
            if (words.Count < columns)
            {
                problems.Add(Descriptors.MalformedRow, words[0], words[0].Text, words.Count.ToString(Text.Invariant), columns.ToString(Text.Invariant));
            }
            else if (pairs)
            {
                pairRows.Add(new PairSyntax(words[0], words[1], words[2], words[3], words[4]));
            }
            else
            {
                rows.Add(new RowSyntax(words[0], words[1], words[2], words[3], words[4], words[5]));
            }
        }

        return new TableSyntax(file.Path, rows.ToEquatableArray(), pairRows.ToEquatableArray(), problems.ToEquatableArray());
    }

    /// <summary>The words of each line that has any, comments taken off; the last of <paramref name="columns"/> words is the rest of the line.</summary>
    private static IEnumerable<List<Cell>> Lines(string text, int columns)
    {
        int start = 0;
        for (int line = 0; start <= text.Length; line++)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            int comment = text.IndexOf('#', start, end - start);
            List<Cell> words = Words(text, start, comment < 0 ? end : comment, line, columns);
            if (words.Count > 0)
            {
                yield return words;
            }

            start = end + 1;
        }
    }

    private static List<Cell> Words(string text, int lineStart, int lineEnd, int line, int columns)
    {
        while (lineEnd > lineStart && char.IsWhiteSpace(text[lineEnd - 1]))
        {
            lineEnd--;
        }

        List<Cell> words = [];
        int at = lineStart;
        while (at < lineEnd)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            int start = at;
            bool last = words.Count == columns - 1;
            while (at < lineEnd && (last || !char.IsWhiteSpace(text[at])))
            {
                at++;
            }

            words.Add(new Cell(text.Substring(start, at - start), new Position(start, line, start - lineStart)));
        }

        return words;
    }
}
