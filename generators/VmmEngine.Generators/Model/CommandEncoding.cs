namespace VmmEngine.Generators.Model;

/// <summary>How a command word is put together: bits 7..0 number, 15..8 group, then the argument's length, then the direction.</summary>
internal enum CommandEncoding
{
    /// <summary>13 length bits; bit 29 no argument, bit 30 out, bit 31 in.</summary>
    Bsd,

    /// <summary>14 length bits; bit 30 the caller writes, bit 31 the caller reads.</summary>
    Linux,
}

internal static class CommandEncodings
{
    public static readonly string[] Spellings = ["bsd", "linux"];

    private const int SizeShift = 16;
    private const int GroupShift = 8;

    /// <summary>The largest length that fits, in bytes.</summary>
    public static int MaximumSize(this CommandEncoding encoding) => encoding == CommandEncoding.Bsd ? 0x1FFF : 0x3FFF;

    public static uint Word(this CommandEncoding encoding, Direction direction, int size, byte group, byte number) =>
        DirectionBits(encoding, direction) | ((uint)size << SizeShift) | ((uint)group << GroupShift) | number;

    private static uint DirectionBits(CommandEncoding encoding, Direction direction) => (encoding, direction) switch
    {
        (CommandEncoding.Bsd, Direction.Out) => 0x4000_0000,
        (CommandEncoding.Bsd, Direction.In) => 0x8000_0000,
        (CommandEncoding.Bsd, Direction.InOut) => 0xC000_0000,
        (CommandEncoding.Bsd, _) => 0x2000_0000,
        (_, Direction.Out) => 0x8000_0000,
        (_, Direction.In) => 0x4000_0000,
        (_, Direction.InOut) => 0xC000_0000,
        _ => 0,
    };
}
