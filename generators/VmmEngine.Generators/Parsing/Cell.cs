namespace VmmEngine.Generators.Parsing;

/// <summary>A place in a table's text; line and column count from 0.</summary>
internal readonly record struct Position(int Start, int Line, int Column);

/// <summary>A word of a table and where it stands.</summary>
internal sealed record Cell(string Text, Position At)
{
    /// <summary>The part of this word that begins at <paramref name="offset"/>.</summary>
    public Cell Slice(int offset, int length) =>
        new(Text.Substring(offset, length), new Position(At.Start + offset, At.Line, At.Column + offset));

    /// <summary>The words between separators, each at its own place.</summary>
    public IEnumerable<Cell> Split(char separator)
    {
        int start = 0;
        while (true)
        {
            int end = Text.IndexOf(separator, start);
            if (end < 0)
            {
                yield return Slice(start, Text.Length - start);
                yield break;
            }

            yield return Slice(start, end - start);
            start = end + 1;
        }
    }
}
