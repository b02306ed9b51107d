using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>DIV and IDIV. False: the divisor is 0 or the quotient does not fit, and nothing has changed.</summary>
internal static unsafe class Quotients
{
    /// <summary>Ends the run with #DE.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        cpu->Outcome = Faults.Raise(cpu, Vectors.DivideError);
    }

    /// <summary>DIV r/m8: AL, AH = AX / divisor, AX % divisor.</summary>
    public static bool TryUnsigned(Cpu* cpu, byte divisor)
    {
        uint dividend = *(ushort*)cpu;
        if (divisor == 0 || dividend >> 8 >= divisor)
        {
            return false;
        }

        *(ushort*)cpu = (ushort)((dividend / divisor) | ((dividend % divisor) << 8));
        return true;
    }

    /// <summary>DIV r/m16.</summary>
    public static bool TryUnsigned(Cpu* cpu, ushort divisor)
    {
        uint high = *(ushort*)&cpu->General[2];
        uint dividend = (high << 16) | *(ushort*)cpu;
        if (high >= divisor)
        {
            return false;
        }

        *(ushort*)&cpu->General[0] = (ushort)(dividend / divisor);
        *(ushort*)&cpu->General[2] = (ushort)(dividend % divisor);
        return true;
    }

    /// <summary>DIV r/m32.</summary>
    public static bool TryUnsigned(Cpu* cpu, uint divisor)
    {
        uint high = (uint)cpu->General[2];
        if (high >= divisor)
        {
            return false;
        }

        ulong dividend = ((ulong)high << 32) | (uint)cpu->General[0];
        cpu->General[0] = (uint)(dividend / divisor);
        cpu->General[2] = (uint)(dividend % divisor);
        return true;
    }

    /// <summary>DIV r/m64.</summary>
    public static bool TryUnsigned(Cpu* cpu, ulong divisor)
    {
        ulong high = cpu->General[2];
        ulong low = cpu->General[0];
        if (high >= divisor)
        {
            return false;
        }

        // Compilers' code has no upper half; only then the division is cheap.
        (cpu->General[0], cpu->General[2]) = high == 0 ? Math.DivRem(low, divisor) : Wide(high, low, divisor);
        return true;
    }

    /// <summary>IDIV r/m8.</summary>
    public static bool TrySigned(Cpu* cpu, byte divisor)
    {
        int dividend = *(short*)cpu;
        int quotient = divisor == 0 ? int.MaxValue : dividend / (sbyte)divisor;
        if (quotient != (sbyte)quotient)
        {
            return false;
        }

        *(ushort*)cpu = (ushort)((byte)quotient | ((dividend - (quotient * (sbyte)divisor)) << 8));
        return true;
    }

    /// <summary>IDIV r/m16.</summary>
    public static bool TrySigned(Cpu* cpu, ushort divisor)
    {
        long dividend = (int)((uint)(*(ushort*)&cpu->General[2] << 16) | *(ushort*)cpu);
        long quotient = divisor == 0 ? long.MaxValue : dividend / (short)divisor;
        if (quotient != (short)quotient)
        {
            return false;
        }

        *(short*)&cpu->General[0] = (short)quotient;
        *(short*)&cpu->General[2] = (short)(dividend - (quotient * (short)divisor));
        return true;
    }

    /// <summary>IDIV r/m32.</summary>
    public static bool TrySigned(Cpu* cpu, uint divisor)
    {
        long dividend = (long)((cpu->General[2] << 32) | (uint)cpu->General[0]);

        // The one division of longs that overflows, which a host reports by an exception.
        if (divisor == 0 || (dividend == long.MinValue && divisor == uint.MaxValue))
        {
            return false;
        }

        long quotient = dividend / (int)divisor;
        if (quotient != (int)quotient)
        {
            return false;
        }

        cpu->General[0] = (uint)quotient;
        cpu->General[2] = (uint)(dividend - (quotient * (int)divisor));
        return true;
    }

    /// <summary>IDIV r/m64.</summary>
    public static bool TrySigned(Cpu* cpu, ulong divisor)
    {
        long high = (long)cpu->General[2];
        long low = (long)cpu->General[0];
        if (divisor == 0)
        {
            return false;
        }

        if (high == low >> 63 && !(low == long.MinValue && divisor == ulong.MaxValue))
        {
            (long quotient, long remainder) = Math.DivRem(low, (long)divisor);
            cpu->General[0] = (ulong)quotient;
            cpu->General[2] = (ulong)remainder;
            return true;
        }

        return TrySignedWide(cpu, new UInt128((ulong)high, (ulong)low), (long)divisor);
    }

    // By magnitudes: those of a quotient that fits divide without overflow.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySignedWide(Cpu* cpu, UInt128 dividend, long divisor)
    {
        bool negative = (long)(ulong)(dividend >> 64) < 0;
        UInt128 magnitude = negative ? UInt128.Zero - dividend : dividend;
        ulong by = divisor < 0 ? 0 - (ulong)divisor : (ulong)divisor;
        if ((ulong)(magnitude >> 64) >= by)
        {
            return false;
        }

        (ulong quotient, ulong remainder) = Wide((ulong)(magnitude >> 64), (ulong)magnitude, by);
        bool negativeQuotient = negative != divisor < 0;
        if (quotient > (negativeQuotient ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }

        cpu->General[0] = negativeQuotient ? 0 - quotient : quotient;
        cpu->General[2] = negative ? 0 - remainder : remainder;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (ulong Quotient, ulong Remainder) Wide(ulong high, ulong low, ulong divisor)
    {
        (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(new UInt128(high, low), divisor);
        return ((ulong)quotient, (ulong)remainder);
    }
}
