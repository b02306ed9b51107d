namespace VmmEngine.Abi.Tests.Commands;

/// <summary>Command words computed from their parts, apart from any code that the library or its generator has for it.</summary>
internal static class Encoding
{
    public static uint Word(string encoding, string direction, int size, uint group, int number)
    {
        (uint directionBits, int sizeBits) = encoding switch
        {
            "bsd" => (Bsd(direction), 13),
            "linux" => (Linux(direction), 14),
            _ => throw new ArgumentException($"No encoding '{encoding}'.", nameof(encoding)),
        };
        Assert.InRange(size, 0, (1 << sizeBits) - 1);
        Assert.InRange(number, 0, 255);

        return directionBits | ((uint)size << 16) | (group << 8) | (uint)number;
    }

    private static uint Bsd(string direction) => direction switch
    {
        "IO" => 0x20000000,
        "IOR" => 0x40000000,
        "IOW" => 0x80000000,
        "IOWR" => 0xC0000000,
        _ => throw new ArgumentException($"No direction '{direction}'.", nameof(direction)),
    };

    private static uint Linux(string direction) => direction switch
    {
        "IO" => 0x00000000,
        "IOW" => 0x40000000,
        "IOR" => 0x80000000,
        "IOWR" => 0xC0000000,
        _ => throw new ArgumentException($"No direction '{direction}'.", nameof(direction)),
    };
}
