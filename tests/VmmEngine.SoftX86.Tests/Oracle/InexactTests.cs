namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Instructions whose last bits differ between processors: close to the host's result, and the same in everything else.</summary>
[Collection(GuestDataUsers.Name)]
public unsafe class InexactTests
{
    [NativeFact]
    public void TranscendentalFunctionsHaveDoublePrecision()
    {
        // Codes, and the range of exponents of ST(0) and ST(1), where the function is defined and well-conditioned.
        (byte[] Bytes, int Exponent, bool Positive)[] functions =
        [
            ([0xD9, 0xFE], 0, false), ([0xD9, 0xFF], 0, false), ([0xD9, 0xF2], -1, false), ([0xD9, 0xF3], 8, false),
            ([0xD9, 0xF0], -1, false), ([0xD9, 0xF1], 40, true), ([0xD9, 0xF9], -3, false), ([0xD9, 0xFB], 0, false),
        ];
        using NativeRunner host = new();
        using RowRunner rows = new("fpu.ops");
        Random random = new(4);
        byte[] data = new byte[GuestData.Length];
        foreach ((byte[] bytes, int exponent, bool positive) in functions)
        {
            for (int i = 0; i < 200; i++)
            {
                MachineState state = default;
                state.Fx.Control = FpuControl.Initial;
                state.Fx.Mxcsr = Mxcsr.Reset;
                state.Fx.Valid = 0x3F;
                state.Fx.Stack[0] = Number(random, exponent, positive);
                state.Fx.Stack[1] = Number(random, exponent, false);
                MachineState expected = state, actual = state;
                Assert.Null(host.Run(bytes, ref expected, data));
                Assert.Null(rows.Run(bytes, ref actual, data));
                Assert.Equal(expected.Fx.Valid, actual.Fx.Valid);
                Assert.Equal(expected.Fx.Status & 0xFDFF, actual.Fx.Status & 0xFDFF);
                for (int register = 0; register < 2; register++)
                {
                    AssertClose(ToDouble(expected.Fx.Stack[register]), ToDouble(actual.Fx.Stack[register]), 1e-14, 0.1, Convert.ToHexString(bytes));
                }
            }
        }
    }

    [NativeFact]
    public void ReciprocalsAreWithinTheArchitecturesError()
    {
        using NativeRunner host = new();
        using RowRunner rows = new("simd.ops");
        Random random = new(6);
        byte[] data = new byte[GuestData.Length];
        byte[][] functions = [[0x0F, 0x53, 0xC1], [0x0F, 0x52, 0xC1]];
        for (int i = 0; i < 400; i++)
        {
            MachineState state = default;
            state.Fx.Control = FpuControl.Initial;
            state.Fx.Mxcsr = Mxcsr.Reset;
            state.Fx.Xmm[1] = Values.Vector(random);
            MachineState expected = state, actual = state;
            Assert.Null(host.Run(functions[i & 1], ref expected, data));
            Assert.Null(rows.Run(functions[i & 1], ref actual, data));
            Assert.Equal(expected.Fx.Mxcsr, actual.Fx.Mxcsr);
            for (int lane = 0; lane < 4; lane++)
            {
                AssertClose(Single(expected.Fx.Xmm[0], lane), Single(actual.Fx.Xmm[0], lane), 3 * Math.Pow(2, -12), 0, $"{state.Fx.Xmm[1]:x}");
            }
        }
    }

    private static float Single(UInt128 vector, int lane) => BitConverter.UInt32BitsToSingle((uint)(vector >> (32 * lane)));

    private static UInt128 Number(Random random, int exponent, bool positive)
    {
        ulong sign = positive || random.Next(2) == 0 ? 0u : 0x8000u;
        uint biased = (uint)(0x3FFF + exponent - random.Next(exponent > 0 ? 2 * exponent : 6));
        return new UInt128(sign | biased, FloatNumber.IntegerBit | (ulong)random.NextInt64());
    }

    /// <summary>Near a zero of the function the error of the rounded argument remains, so there it is relative to <paramref name="least"/>.</summary>
    private static void AssertClose(double expected, double actual, double error, double least, string what) => Assert.True(
        expected.Equals(actual) || Math.Abs(actual - expected) <= error * Math.Max(Math.Abs(expected), least),
        $"{what}: expected {expected:R}, got {actual:R}");

    private static double ToDouble(UInt128 register)
    {
        double magnitude = Math.ScaleB((ulong)register, (int)((ulong)(register >> 64) & 0x7FFF) - 16383 - 63);
        return (register >> 79 & 1) != 0 ? -magnitude : magnitude;
    }
}
