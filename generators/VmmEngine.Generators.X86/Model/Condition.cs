namespace VmmEngine.Generators.X86.Model;

/// <summary>One of the sixteen conditions.</summary>
/// <param name="Code">Its encoding, 0 to 15.</param>
/// <param name="Suffix">What the mnemonic ends with.</param>
/// <param name="Test">The positive one's name: odd codes are negations.</param>
/// <param name="Reads">The flags it reads.</param>
internal sealed record Condition(int Code, string Suffix, string Test, uint Reads)
{
    public static readonly IReadOnlyList<Condition> All =
    [
        new(0, "o", "Overflow", 0x800), new(1, "no", "Overflow", 0x800),
        new(2, "b", "Below", 0x1), new(3, "ae", "Below", 0x1),
        new(4, "e", "Equal", 0x40), new(5, "ne", "Equal", 0x40),
        new(6, "be", "BelowOrEqual", 0x41), new(7, "a", "BelowOrEqual", 0x41),
        new(8, "s", "Sign", 0x80), new(9, "ns", "Sign", 0x80),
        new(10, "p", "Parity", 0x4), new(11, "np", "Parity", 0x4),
        new(12, "l", "Less", 0x880), new(13, "ge", "Less", 0x880),
        new(14, "le", "LessOrEqual", 0x8C0), new(15, "g", "LessOrEqual", 0x8C0),
    ];

    public bool Negated => (Code & 1) != 0;
}
