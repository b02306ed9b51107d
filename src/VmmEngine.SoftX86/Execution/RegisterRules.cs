using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Which register values a processor can have. What a guest may load is checked where it loads it; this is for clients.</summary>
internal static class RegisterRules
{
    /// <summary>Whether the control registers and EFER go together.</summary>
    public static bool AreValid(in CpuRegisters registers)
    {
        ulong cr0 = registers.Cr0;
        bool paging = (cr0 & Cr0Bits.Paging) != 0;
        bool longMode = (registers.Efer & EferBits.LongModeEnable) != 0;
        bool active = (registers.Efer & EferBits.LongModeActive) != 0;
        if (paging && (cr0 & Cr0Bits.ProtectionEnable) == 0)
        {
            return false;
        }

        if ((cr0 & Cr0Bits.NotWriteThrough) != 0 && (cr0 & Cr0Bits.CacheDisable) == 0)
        {
            return false;
        }

        if (active && (!paging || !longMode || (registers.Cr4 & Cr4Bits.PhysicalAddressExtension) == 0))
        {
            return false;
        }

        return (cr0 & ~(Cr0Bits.Writable | Cr0Bits.ExtensionType)) == 0
            && (registers.Cr4 & ~Cr4Bits.Writable) == 0
            && (registers.Efer & ~(EferBits.Writable | EferBits.LongModeActive)) == 0;
    }
}
