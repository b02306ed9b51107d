using System.Numerics;

namespace VmmEngine.SoftX86;

/// <summary>Integers from and to numbers, and numbers to other formats.</summary>
internal static class FloatConversion
{
    /// <summary>The integer, rounded to the context's format.</summary>
    public static FloatNumber FromInteger(ref FloatContext context, long value)
    {
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        return FloatRounder.NormalizeAndRound(ref context, value < 0, 63, new UInt128(magnitude, 0));
    }

    /// <summary>Rounds a number to the context's format. NaNs become quiet.</summary>
    public static FloatNumber Narrow(ref FloatContext context, in FloatNumber value)
    {
        switch (value.Kind)
        {
            case FloatKind.Signaling:
                context.Flags |= FloatFlags.Invalid;
                return value.Quieted();
            case FloatKind.Finite:
                FloatArithmetic.NoteDenormals(ref context, value, value);
                return FloatRounder.Round(ref context, value.Negative, value.Exponent, new UInt128(value.Mantissa, 0));
            default:
                return value;
        }
    }

    /// <summary>
    /// The integer of <paramref name="bits"/> bits (16, 32, 64), rounded as the context says. Out of range, infinite or NaN: invalid, and the
    /// least integer, which x86 calls the integer indefinite.
    /// </summary>
    public static long ToInteger(ref FloatContext context, in FloatNumber value, int bits)
    {
        long indefinite = long.MinValue >> (64 - bits);
        if (value.Kind == FloatKind.Zero)
        {
            return 0;
        }

        if (value.Kind != FloatKind.Finite || value.Exponent >= bits)
        {
            context.Flags |= FloatFlags.Invalid;
            return indefinite;
        }

        UInt128 magnitude = RoundToIntegral(ref context, value, out bool inexact);
        UInt128 limit = (UInt128.One << (bits - 1)) - (value.Negative ? UInt128.Zero : UInt128.One);
        if (magnitude > limit)
        {
            context.RoundedUp = false;
            context.Flags |= FloatFlags.Invalid;
            return indefinite;
        }

        context.Flags |= inexact ? FloatFlags.Precision : 0;
        return value.Negative ? (long)(0 - (ulong)magnitude) : (long)(ulong)magnitude;
    }

    /// <summary>The number without its fraction, rounded as the context says.</summary>
    public static FloatNumber ToIntegral(ref FloatContext context, in FloatNumber value)
    {
        if (value.Kind != FloatKind.Finite || value.Exponent >= 63)
        {
            return value;
        }

        UInt128 magnitude = RoundToIntegral(ref context, value, out bool inexact);
        context.Flags |= inexact ? FloatFlags.Precision : 0;
        if (magnitude == 0)
        {
            return FloatNumber.Zero(value.Negative);
        }

        int shift = BitOperations.LeadingZeroCount((ulong)magnitude);
        return FloatNumber.Finite(value.Negative, 63 - shift, (ulong)magnitude << shift);
    }

    /// <summary>The magnitude of a finite number below 2^64, rounded to an integer; up to 2^64.</summary>
    private static UInt128 RoundToIntegral(ref FloatContext context, in FloatNumber value, out bool inexact)
    {
        // Bits of the mantissa before the binary point; none at all and a sticky rest below 1/2.
        int integerBits = value.Exponent + 1;
        UInt128 mantissa = new(value.Mantissa, 0);
        if (integerBits < 0)
        {
            mantissa = FloatRounder.ShiftRightSticky(mantissa, -integerBits);
            integerBits = 0;
        }

        ulong kept = FloatRounder.RoundTo(ref context, value.Negative, mantissa, integerBits, out bool carry, out inexact);
        return carry ? UInt128.One << integerBits : integerBits == 0 ? 0 : kept >> (64 - integerBits);
    }
}
