namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Random operand values, most of them near an edge.</summary>
internal static class Values
{
    private static readonly ulong[] s_integers =
    [
        0, 1, 2, 3, 7, 8, 0xF, 0x10, 0x1F, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x8080_8080_8080_8080, 0x7F80_FF01_8000_7FFF, 0x0123_4567_89AB_CDEF,
    ];

    private static readonly float[] s_singles =
    [
        0, -0f, 1, -1, 1.5f, 2, 3, 0.1f, float.Epsilon, -float.Epsilon, 1.1754942E-38f, 1.17549435E-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 2147483647f, 2147483648f, -2147483648f, 1e10f, 0.5f, 2.5f, 1e-20f, 1e20f, 16777217f,
    ];

    private static readonly double[] s_doubles =
    [
        0, -0.0, 1, -1, 1.5, 2, 3, 0.1, double.Epsilon, -double.Epsilon, 2.2250738585072009E-308, 2.2250738585072014E-308, double.MaxValue,
        double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 2147483647.5, 2147483648, -2147483649, 9.2233720368547758E18,
        0.5, 2.5, 1e-40, 1e39, 1e-300, 1e300, 3.4028235677973366E+38, 9007199254740993,
    ];

    /// <summary>A general register's value.</summary>
    public static ulong Integer(Random random)
    {
        ulong value = random.Next(3) == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : s_integers[random.Next(s_integers.Length)];
        return random.Next(4) switch { 0 => value + (ulong)random.Next(-2, 3), 1 => ~value, _ => value };
    }

    /// <summary>16 bytes for an XMM register or memory: integers, singles or doubles.</summary>
    public static UInt128 Vector(Random random) => random.Next(3) switch
    {
        0 => new UInt128(Integer(random), Integer(random)),
        1 => new UInt128(((ulong)Single(random) << 32) | Single(random), ((ulong)Single(random) << 32) | Single(random)),
        _ => new UInt128(Double(random), Double(random)),
    };

    /// <summary>An 80-bit value in the low bytes: normal, denormal, special, and now and then an unsupported encoding.</summary>
    public static UInt128 Extended(Random random)
    {
        ulong sign = random.Next(3) == 0 ? 0x8000u : 0u;
        const ulong One = 0x8000_0000_0000_0000;
        ulong fraction = random.Next(3) switch
        {
            0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            1 => Integer(random),
            _ => (ulong)random.Next() << random.Next(33),
        };
        (ulong exponent, ulong mantissa) = random.Next(16) switch
        {
            0 => (0u, 0ul),
            1 => (0u, fraction & ~One),
            2 => (0x7FFFu, One),
            3 => (0x7FFFu, fraction | One),
            4 => ((ulong)random.Next(0x8000), fraction),
            5 => ((ulong)random.Next(1, 0x7FFF), fraction | One),
            6 => (0x3FFFu, One),
            7 => ((ulong)(0x3FFF + random.Next(-2, 64)), One),
            8 => ((ulong)(0x3FFF + random.Next(-1, 20)), One | (fraction & 0xFF00_0000_0000_0000)),
            _ => ((ulong)(0x3FFF + random.Next(-70, 70)), fraction | One),
        };
        return new UInt128(sign | exponent, mantissa);
    }

    private static uint Single(Random random) => random.Next(6) switch
    {
        0 => (uint)random.Next(int.MinValue, int.MaxValue),
        1 => BitConverter.SingleToUInt32Bits((float)(random.NextDouble() * 100) - 50),
        2 => 0x7F80_0000 | (uint)random.Next(0x80_0000) | ((uint)random.Next(2) << 31),
        _ => BitConverter.SingleToUInt32Bits(s_singles[random.Next(s_singles.Length)]),
    };

    private static ulong Double(Random random) => random.Next(6) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => BitConverter.DoubleToUInt64Bits((random.NextDouble() * 100) - 50),
        2 => 0x7FF0_0000_0000_0000 | (ulong)random.NextInt64(1L << 52) | ((ulong)random.Next(2) << 63),
        _ => BitConverter.DoubleToUInt64Bits(s_doubles[random.Next(s_doubles.Length)]),
    };
}
