namespace VmmEngine.OpenBsd;

/// <summary>Bits of the processor's registers that the interface looks at.</summary>
internal static class ControlBits
{
    /// <summary>CR0.PE.</summary>
    public const ulong ProtectionEnable = 1;

    /// <summary>RFLAGS.IF.</summary>
    public const ulong InterruptsEnabled = 1 << 9;
}
