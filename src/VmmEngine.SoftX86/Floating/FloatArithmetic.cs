using System.Numerics;

namespace VmmEngine.SoftX86;

/// <summary>
/// The arithmetic that IEEE 754 asks for, in integers: the same bits and exceptions on any host. Operands are no NaNs and no unsupported encodings;
/// which NaN wins differs between SSE and x87 and is decided before.
/// </summary>
internal static class FloatArithmetic
{
    /// <summary>left + right.</summary>
    public static FloatNumber Add(ref FloatContext context, in FloatNumber left, in FloatNumber right)
    {
        if (left.Kind == FloatKind.Infinity || right.Kind == FloatKind.Infinity)
        {
            return left.Kind == right.Kind && left.Negative != right.Negative ? Invalid(ref context)
                : left.Kind == FloatKind.Infinity ? Of(ref context, left, right, left) : Of(ref context, left, right, right);
        }

        NoteDenormals(ref context, left, right);
        if (left.Kind == FloatKind.Zero && right.Kind == FloatKind.Zero)
        {
            return FloatNumber.Zero(left.Negative == right.Negative ? left.Negative : context.Rounding == FloatRounding.Down);
        }

        if (left.Kind == FloatKind.Zero || right.Kind == FloatKind.Zero)
        {
            FloatNumber other = left.Kind == FloatKind.Zero ? right : left;
            return FloatRounder.Round(ref context, other.Negative, other.Exponent, new UInt128(other.Mantissa, 0));
        }

        bool swap = left.Exponent < right.Exponent || (left.Exponent == right.Exponent && left.Mantissa < right.Mantissa);
        FloatNumber large = swap ? right : left, small = swap ? left : right;

        // One bit of headroom for the carry.
        UInt128 sum = new UInt128(large.Mantissa, 0) >> 1;
        UInt128 addend = FloatRounder.ShiftRightSticky(new UInt128(small.Mantissa, 0) >> 1, large.Exponent - small.Exponent);
        sum = large.Negative == small.Negative ? sum + addend : sum - addend;
        return sum == 0
            ? FloatNumber.Zero(context.Rounding == FloatRounding.Down)
            : FloatRounder.NormalizeAndRound(ref context, large.Negative, large.Exponent + 1, sum);
    }

    /// <summary>left - right.</summary>
    public static FloatNumber Subtract(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        Add(ref context, left, right with { Negative = !right.Negative });

    /// <summary>left * right.</summary>
    public static FloatNumber Multiply(ref FloatContext context, in FloatNumber left, in FloatNumber right)
    {
        bool negative = left.Negative != right.Negative;
        if (left.Kind == FloatKind.Infinity || right.Kind == FloatKind.Infinity)
        {
            return left.Kind == FloatKind.Zero || right.Kind == FloatKind.Zero
                ? Invalid(ref context)
                : Of(ref context, left, right, FloatNumber.Infinity(negative));
        }

        NoteDenormals(ref context, left, right);
        if (left.Kind == FloatKind.Zero || right.Kind == FloatKind.Zero)
        {
            return FloatNumber.Zero(negative);
        }

        ulong high = Math.BigMul(left.Mantissa, right.Mantissa, out ulong low);
        return FloatRounder.NormalizeAndRound(ref context, negative, left.Exponent + right.Exponent + 1, new UInt128(high, low));
    }

    /// <summary>left / right.</summary>
    public static FloatNumber Divide(ref FloatContext context, in FloatNumber left, in FloatNumber right)
    {
        bool negative = left.Negative != right.Negative;
        if (left.Kind == right.Kind && left.Kind is FloatKind.Zero or FloatKind.Infinity)
        {
            return Invalid(ref context);
        }

        if (right.Kind == FloatKind.Zero && left.Kind == FloatKind.Finite)
        {
            context.Flags |= FloatFlags.ZeroDivide;
            return FloatNumber.Infinity(negative);
        }

        NoteDenormals(ref context, left, right);
        if (left.Kind == FloatKind.Infinity || right.Kind == FloatKind.Zero)
        {
            return FloatNumber.Infinity(negative);
        }

        if (left.Kind == FloatKind.Zero || right.Kind == FloatKind.Infinity)
        {
            return FloatNumber.Zero(negative);
        }

        // Both mantissas are in [2^63, 2^64): the first quotient has 63 or 64 bits, the second 64 more.
        UInt128 dividend = new UInt128(left.Mantissa, 0) >> 1, divisor = right.Mantissa;
        (UInt128 quotient, UInt128 rest) = UInt128.DivRem(dividend, divisor);
        (UInt128 fraction, rest) = UInt128.DivRem(rest << 64, divisor);
        UInt128 mantissa = (quotient << 64) | fraction | (rest != 0 ? UInt128.One : UInt128.Zero);
        return FloatRounder.NormalizeAndRound(ref context, negative, left.Exponent - right.Exponent, mantissa);
    }

    /// <summary>The square root.</summary>
    public static FloatNumber SquareRoot(ref FloatContext context, in FloatNumber value)
    {
        if (value.Kind == FloatKind.Zero || (value.Kind == FloatKind.Infinity && !value.Negative))
        {
            return value;
        }

        if (value.Negative)
        {
            return Invalid(ref context);
        }

        NoteDenormals(ref context, value, value);

        // An even exponent, and a radicand with its first bit in place 127 or 126: the root has 64 bits.
        bool odd = (value.Exponent & 1) != 0;
        UInt128 radicand = new UInt128(value.Mantissa, 0) >> (odd ? 0 : 1);
        ulong root = IntegerRoot(radicand);
        UInt128 rest = radicand - ((UInt128)root * root);
        ulong fraction = (rest > root ? 1ul << 63 : 0) | (rest != 0 ? 1ul : 0);
        return FloatRounder.Round(ref context, false, value.Exponent >> 1, new UInt128(root, fraction));
    }

    /// <summary>Raises the invalid exception and gives the default NaN.</summary>
    public static FloatNumber Invalid(ref FloatContext context)
    {
        context.Flags |= FloatFlags.Invalid;
        return FloatNumber.Indefinite;
    }

    /// <summary>Raises the denormal-operand exception where an operand asks for it.</summary>
    public static void NoteDenormals(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        context.Flags |= left.Denormal || right.Denormal ? FloatFlags.Denormal : 0;

    /// <summary>The greatest integer whose square is at most <paramref name="value"/>.</summary>
    private static ulong IntegerRoot(UInt128 value)
    {
        // A double's root is right in its first 52 bits; two Newton steps give the rest, up to 1.
        UInt128 root = (UInt128)Math.Min(Math.Sqrt((double)value), 18446744073709549568.0);
        root = (root + (value / root)) >> 1;
        root = (root + (value / root)) >> 1;
        root = UInt128.Min(root, ulong.MaxValue);
        while (root * root > value)
        {
            root--;
        }

        while (root < ulong.MaxValue && (root + 1) * (root + 1) <= value)
        {
            root++;
        }

        return (ulong)root;
    }

    private static FloatNumber Of(ref FloatContext context, in FloatNumber left, in FloatNumber right, in FloatNumber result)
    {
        NoteDenormals(ref context, left, right);
        return result;
    }
}
