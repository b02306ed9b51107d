namespace VmmEngine.SoftX86;

/// <summary>Rounding, in the encoding of MXCSR.RC and of the x87 control word.</summary>
internal enum FloatRounding
{
    Nearest,
    Down,
    Up,
    Zero,
}

/// <summary>Exceptions, in the bits that MXCSR and the x87 status word have in common.</summary>
[Flags]
internal enum FloatFlags : uint
{
    None = 0,
    Invalid = 1,
    Denormal = 2,
    ZeroDivide = 4,
    Overflow = 8,
    Underflow = 16,
    Precision = 32,
    All = 63,

    /// <summary>Found before the operation takes place; one of them unmasked, and nothing is computed.</summary>
    Before = Invalid | Denormal | ZeroDivide,
}

/// <summary>The rules of one operation, and the exceptions that it has met.</summary>
internal struct FloatContext
{
    /// <summary>Bits of mantissa that results are rounded to: 24, 53 or 64.</summary>
    public int Precision;

    /// <summary>The least exponent of a normal result.</summary>
    public int MinExponent;

    /// <summary>The greatest exponent of a finite result.</summary>
    public int MaxExponent;

    public FloatRounding Rounding;

    /// <summary>Exceptions that are masked.</summary>
    public FloatFlags Masks;

    /// <summary>MXCSR.FTZ.</summary>
    public bool FlushToZero;

    /// <summary>MXCSR.DAZ.</summary>
    public bool DenormalsAreZero;

    /// <summary>x87 results that stay on the stack: an unmasked overflow or underflow delivers the result with a wrapped exponent.</summary>
    public bool WrapsExponent;

    /// <summary>What has been met.</summary>
    public FloatFlags Flags;

    /// <summary>The result was rounded away from zero (x87: C1).</summary>
    public bool RoundedUp;

    /// <summary>Some exception met is not masked.</summary>
    public readonly bool IsUnmasked => (Flags & ~Masks) != 0;

    /// <summary>Results in single precision.</summary>
    public void UseSingle() => (Precision, MinExponent, MaxExponent) = (24, -126, 127);

    /// <summary>Results in double precision.</summary>
    public void UseDouble() => (Precision, MinExponent, MaxExponent) = (53, -1022, 1023);

    /// <summary>Results of the 80-bit format's range; the precision is the control word's.</summary>
    public void UseExtended(int precision) => (Precision, MinExponent, MaxExponent) = (precision, -16382, 16383);

    /// <summary>The rules that <paramref name="mxcsr"/> sets.</summary>
    public static FloatContext FromMxcsr(uint mxcsr) => new()
    {
        Rounding = (FloatRounding)((mxcsr >> 13) & 3),
        Masks = (FloatFlags)((mxcsr >> 7) & 63),
        FlushToZero = (mxcsr & 0x8000) != 0,
        DenormalsAreZero = (mxcsr & 0x40) != 0,
    };
}
