using System.Numerics;

namespace VmmEngine.SoftX86;

/// <summary>Numbers from and to the three formats in memory and registers. Encoding rounds nothing: values are rounded to their format before.</summary>
internal static class FloatEncoding
{
    /// <summary>Unpacks a single; a denormal is zero when the context says so.</summary>
    public static FloatNumber FromSingle(uint bits, bool denormalsAreZero) =>
        Decode((bits >> 31) != 0, (int)(bits >> 23) & 0xFF, (ulong)(bits & 0x7F_FFFF) << 40, 0xFF, 127, denormalsAreZero);

    /// <summary>Unpacks a double.</summary>
    public static FloatNumber FromDouble(ulong bits, bool denormalsAreZero) =>
        Decode((bits >> 63) != 0, (int)(bits >> 52) & 0x7FF, (bits & 0xF_FFFF_FFFF_FFFF) << 11, 0x7FF, 1023, denormalsAreZero);

    /// <summary>Unpacks an 80-bit value.</summary>
    public static FloatNumber FromExtended(ushort signAndExponent, ulong mantissa)
    {
        bool negative = (signAndExponent & 0x8000) != 0;
        int exponent = signAndExponent & 0x7FFF;
        if (exponent == 0)
        {
            // Bit 63 set here is a pseudo-denormal: the exponent is that of the least normal number either way.
            return mantissa == 0 ? FloatNumber.Zero(negative) : Normalized(negative, -16382, mantissa);
        }

        if ((mantissa & FloatNumber.IntegerBit) == 0)
        {
            return new FloatNumber { Kind = FloatKind.Unsupported, Negative = negative, Exponent = exponent - 16383, Mantissa = mantissa };
        }

        return exponent != 0x7FFF ? FloatNumber.Finite(negative, exponent - 16383, mantissa)
            : mantissa == FloatNumber.IntegerBit ? FloatNumber.Infinity(negative)
            : NaN(negative, mantissa);
    }

    /// <summary>Packs a value that fits a single.</summary>
    public static uint ToSingle(in FloatNumber value) => (uint)Encode(value, 23, 8);

    /// <summary>Packs a value that fits a double.</summary>
    public static ulong ToDouble(in FloatNumber value) => Encode(value, 52, 11);

    /// <summary>Packs a value that fits 80 bits.</summary>
    public static (ushort SignAndExponent, ulong Mantissa) ToExtended(in FloatNumber value)
    {
        int sign = value.Negative ? 0x8000 : 0;
        switch (value.Kind)
        {
            case FloatKind.Zero:
                return ((ushort)sign, 0);
            case FloatKind.Finite when value.Exponent < -16382:
                return ((ushort)sign, value.Mantissa >> (-16382 - value.Exponent));
            case FloatKind.Finite or FloatKind.Unsupported:
                return ((ushort)(sign | (value.Exponent + 16383)), value.Mantissa);
            default:
                return ((ushort)(sign | 0x7FFF), value.Mantissa);
        }
    }

    /// <summary>A finite value from a mantissa in any position; the encoding was denormal.</summary>
    private static FloatNumber Normalized(bool negative, int exponent, ulong mantissa)
    {
        int shift = BitOperations.LeadingZeroCount(mantissa);
        FloatNumber value = FloatNumber.Finite(negative, exponent - shift, mantissa << shift);
        value.Denormal = true;
        return value;
    }

    private static FloatNumber NaN(bool negative, ulong mantissa) => new()
    {
        Kind = (mantissa & FloatNumber.QuietBit) != 0 ? FloatKind.Quiet : FloatKind.Signaling,
        Negative = negative,
        Mantissa = mantissa | FloatNumber.IntegerBit,
    };

    private static FloatNumber Decode(bool negative, int exponent, ulong fraction, int special, int bias, bool denormalsAreZero)
    {
        if (exponent == special)
        {
            return fraction == 0 ? FloatNumber.Infinity(negative) : NaN(negative, fraction);
        }

        if (exponent != 0)
        {
            return FloatNumber.Finite(negative, exponent - bias, fraction | FloatNumber.IntegerBit);
        }

        return fraction == 0 || denormalsAreZero ? FloatNumber.Zero(negative) : Normalized(negative, 1 - bias, fraction);
    }

    private static ulong Encode(in FloatNumber value, int fractionBits, int exponentBits)
    {
        ulong sign = value.Negative ? 1ul << (fractionBits + exponentBits) : 0;
        int special = (1 << exponentBits) - 1, bias = special >> 1, shift = 63 - fractionBits;
        ulong fraction = (value.Mantissa & ~FloatNumber.IntegerBit) >> shift;
        return value.Kind switch
        {
            FloatKind.Zero => sign,
            FloatKind.Infinity => sign | ((ulong)special << fractionBits),
            FloatKind.Finite when value.Exponent < 1 - bias => sign | (value.Mantissa >> (shift + 1 - bias - value.Exponent)),
            FloatKind.Finite => sign | ((ulong)(value.Exponent + bias) << fractionBits) | fraction,
            _ => sign | ((ulong)special << fractionBits) | fraction,
        };
    }
}
