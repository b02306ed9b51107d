using System.Numerics;

namespace VmmEngine.SoftX86;

/// <summary>Rounds an exact (or sticky) wide result to the format of a context, and reports overflow, underflow and inexactness.</summary>
internal static class FloatRounder
{
    /// <summary>What an unmasked overflow or underflow moves the exponent by (SDM volume 1, 8.5.4 and 8.5.5).</summary>
    private const int Wrap = 0x6000;

    /// <summary>Shifts right; bits that are lost leave a 1 in the last place, so that rounding still sees them.</summary>
    public static UInt128 ShiftRightSticky(UInt128 value, int count) =>
        count == 0 ? value
        : count > 127 ? (value != 0 ? UInt128.One : UInt128.Zero)
        : (value >> count) | ((value << (128 - count)) != 0 ? UInt128.One : UInt128.Zero);

    /// <summary>Normalizes and rounds mantissa * 2^(exponent - 127). A mantissa of 0 gives zero with the sign.</summary>
    public static FloatNumber NormalizeAndRound(ref FloatContext context, bool negative, int exponent, UInt128 mantissa)
    {
        if (mantissa == 0)
        {
            return FloatNumber.Zero(negative);
        }

        int shift = (int)UInt128.LeadingZeroCount(mantissa);
        return Round(ref context, negative, exponent - shift, mantissa << shift);
    }

    /// <summary>Rounds mantissa * 2^(exponent - 127), bit 127 of the mantissa set.</summary>
    public static FloatNumber Round(ref FloatContext context, bool negative, int exponent, UInt128 mantissa)
    {
        if (exponent < context.MinExponent && IsTiny(context, negative, exponent, mantissa))
        {
            return RoundTiny(ref context, negative, exponent, mantissa);
        }

        ulong rounded = RoundTo(ref context, negative, mantissa, context.Precision, out bool carry, out bool inexact);
        exponent += carry ? 1 : 0;
        if (exponent > context.MaxExponent)
        {
            return Overflow(ref context, negative, exponent, rounded, inexact);
        }

        context.Flags |= inexact ? FloatFlags.Precision : 0;
        return FloatNumber.Finite(negative, exponent, rounded);
    }

    /// <summary>Keeps the top <paramref name="precision"/> bits (0 to 64) of the mantissa, left-aligned; a carry out leaves the integer bit alone.</summary>
    public static ulong RoundTo(ref FloatContext context, bool negative, UInt128 mantissa, int precision, out bool carry, out bool inexact)
    {
        ulong high = (ulong)(mantissa >> 64), unit = precision == 0 ? 0 : 1ul << (64 - precision);
        ulong kept = precision == 0 ? 0 : high & ~(unit - 1);
        UInt128 rest = mantissa - new UInt128(kept, 0), half = UInt128.One << (127 - precision);
        inexact = rest != 0;
        bool up = context.Rounding switch
        {
            FloatRounding.Nearest => rest > half || (rest == half && (kept & unit) != 0),
            FloatRounding.Down => inexact && negative,
            FloatRounding.Up => inexact && !negative,
            _ => false,
        };
        context.RoundedUp = up;
        carry = false;
        if (!up)
        {
            return kept;
        }

        ulong next = kept + unit;
        carry = precision == 0 || next == 0;
        return carry ? FloatNumber.IntegerBit : next;
    }

    /// <summary>Tininess is detected after rounding: as if the exponent had no bound.</summary>
    private static bool IsTiny(FloatContext context, bool negative, int exponent, UInt128 mantissa)
    {
        if (exponent < context.MinExponent - 1)
        {
            return true;
        }

        _ = RoundTo(ref context, negative, mantissa, context.Precision, out bool carry, out _);
        return !carry;
    }

    private static FloatNumber RoundTiny(ref FloatContext context, bool negative, int exponent, UInt128 mantissa)
    {
        if ((context.Masks & FloatFlags.Underflow) == 0)
        {
            ulong wrapped = RoundTo(ref context, negative, mantissa, context.Precision, out bool carried, out bool lost);
            context.Flags |= FloatFlags.Underflow | (lost ? FloatFlags.Precision : 0);
            return FloatNumber.Finite(negative, exponent + (carried ? 1 : 0) + (context.WrapsExponent ? Wrap : 0), wrapped);
        }

        if (context.FlushToZero)
        {
            context.Flags |= FloatFlags.Underflow | FloatFlags.Precision;
            return FloatNumber.Zero(negative);
        }

        // Fewer bits fit, down to none at all.
        int distance = context.MinExponent - exponent, precision = context.Precision - distance;
        if (precision < 0)
        {
            mantissa = ShiftRightSticky(mantissa, -precision);
            exponent -= precision;
            precision = 0;
        }

        ulong rounded = RoundTo(ref context, negative, mantissa, precision, out bool carry, out bool inexact);
        context.Flags |= inexact ? FloatFlags.Underflow | FloatFlags.Precision : 0;
        if (rounded == 0)
        {
            return FloatNumber.Zero(negative);
        }

        return FloatNumber.Finite(negative, exponent + (carry ? 1 : 0), rounded);
    }

    private static FloatNumber Overflow(ref FloatContext context, bool negative, int exponent, ulong rounded, bool inexact)
    {
        context.Flags |= FloatFlags.Overflow;
        if ((context.Masks & FloatFlags.Overflow) == 0)
        {
            context.Flags |= inexact ? FloatFlags.Precision : 0;
            return FloatNumber.Finite(negative, exponent - (context.WrapsExponent ? Wrap : 0), rounded);
        }

        context.Flags |= FloatFlags.Precision;
        bool infinite = context.Rounding switch
        {
            FloatRounding.Nearest => true,
            FloatRounding.Down => negative,
            FloatRounding.Up => !negative,
            _ => false,
        };
        context.RoundedUp = infinite;
        return infinite
            ? FloatNumber.Infinity(negative)
            : FloatNumber.Finite(negative, context.MaxExponent, ~0ul << (64 - context.Precision));
    }
}
