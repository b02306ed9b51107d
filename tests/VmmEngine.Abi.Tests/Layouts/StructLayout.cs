using System.Globalization;

namespace VmmEngine.Abi.Tests.Layouts;

/// <summary>One struct as a reference describes it, written "name size: field offset size, field offset size".</summary>
internal sealed record StructLayout(string Name, int Size, IReadOnlyList<FieldLayout> Fields)
{
    public static StructLayout Parse(string line)
    {
        string[] halves = line.Split(':');
        string[] head = Words(halves[0]);
        IEnumerable<FieldLayout> fields = halves[1]
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(field => FieldLayout.Parse(Words(field)));

        return new(head[0], Number(head[1]), [.. fields]);
    }

    internal static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>One field, offset and size in bytes.</summary>
internal sealed record FieldLayout(string Name, int Offset, int Size)
{
    public static FieldLayout Parse(string[] words)
        => new(words[0], StructLayout.Number(words[1]), StructLayout.Number(words[2]));
}
