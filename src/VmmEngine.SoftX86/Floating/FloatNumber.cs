namespace VmmEngine.SoftX86;

/// <summary>What an unpacked number is.</summary>
internal enum FloatKind : byte
{
    /// <summary>Plus or minus zero.</summary>
    Zero,

    /// <summary>Normal or denormal; the mantissa is normalized either way.</summary>
    Finite,

    /// <summary>Plus or minus infinity.</summary>
    Infinity,

    /// <summary>A quiet NaN.</summary>
    Quiet,

    /// <summary>A signaling NaN.</summary>
    Signaling,

    /// <summary>An 80-bit encoding that the 387 and later refuse: unnormal, pseudo-infinity, pseudo-NaN.</summary>
    Unsupported,
}

/// <summary>A floating-point value of any of the processor's formats, unpacked.</summary>
internal struct FloatNumber
{
    /// <summary>Sign and exponent of the default NaN, which is negative on x86.</summary>
    public static readonly FloatNumber Indefinite = new() { Kind = FloatKind.Quiet, Negative = true, Mantissa = IntegerBit | QuietBit };

    /// <summary>The explicit leading bit of a normalized mantissa.</summary>
    public const ulong IntegerBit = 1ul << 63;

    /// <summary>Set in quiet NaNs.</summary>
    public const ulong QuietBit = 1ul << 62;

    public FloatKind Kind;

    public bool Negative;

    /// <summary>The encoding was denormal: an operand like this raises the denormal-operand exception.</summary>
    public bool Denormal;

    /// <summary>Unbiased: the value is mantissa * 2^(exponent - 63).</summary>
    public int Exponent;

    /// <summary>Finite: bit 63 is set. NaN: the payload below bit 62, as in the 80-bit format.</summary>
    public ulong Mantissa;

    /// <summary>Quiet or signaling.</summary>
    public readonly bool IsNaN => Kind is FloatKind.Quiet or FloatKind.Signaling;

    /// <summary>Zero with a sign.</summary>
    public static FloatNumber Zero(bool negative) => new() { Kind = FloatKind.Zero, Negative = negative };

    /// <summary>Infinity with a sign.</summary>
    public static FloatNumber Infinity(bool negative) => new() { Kind = FloatKind.Infinity, Negative = negative, Mantissa = IntegerBit };

    /// <summary>A finite value whose mantissa is normalized already.</summary>
    public static FloatNumber Finite(bool negative, int exponent, ulong mantissa) =>
        new() { Kind = FloatKind.Finite, Negative = negative, Exponent = exponent, Mantissa = mantissa };

    /// <summary>The NaN with its quiet bit set.</summary>
    public readonly FloatNumber Quieted() => this with { Kind = FloatKind.Quiet, Mantissa = Mantissa | QuietBit };
}
