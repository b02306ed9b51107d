namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>A text with one place marked <c>[|so|]</c>; without a mark, the place is the very beginning.</summary>
internal sealed class Marked
{
    private const string Open = "[|";
    private const string Close = "|]";

    public Marked(string text)
    {
        int start = text.IndexOf(Open, StringComparison.Ordinal);
        int end = text.IndexOf(Close, StringComparison.Ordinal);
        if (start < 0)
        {
            Text = text;
            return;
        }

        Text = text.Remove(end, Close.Length).Remove(start, Open.Length);
        Length = end - start - Open.Length;
        Line = text[..start].Count(c => c == '\n');
        Column = start - (text.LastIndexOf('\n', start) + 1);
    }

    public string Text { get; }

    public int Line { get; }

    public int Column { get; }

    public int Length { get; }
}
