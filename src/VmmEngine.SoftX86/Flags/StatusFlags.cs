namespace VmmEngine.SoftX86;

/// <summary>The status flags as bits of RFLAGS: the ones that are computed lazily.</summary>
internal static class StatusFlags
{
    /// <summary>CF.</summary>
    public const uint Carry = 1;

    /// <summary>PF: even parity of the low byte.</summary>
    public const uint Parity = 1 << 2;

    /// <summary>AF: carry out of bit 3.</summary>
    public const uint Adjust = 1 << 4;

    /// <summary>ZF.</summary>
    public const uint Zero = 1 << 6;

    /// <summary>SF.</summary>
    public const uint Sign = 1 << 7;

    /// <summary>OF.</summary>
    public const uint Overflow = 1 << 11;

    /// <summary>All six.</summary>
    public const uint All = Carry | Parity | Adjust | Zero | Sign | Overflow;
}
