namespace VmmEngine.SoftX86;

/// <summary>Numbers of model-specific registers.</summary>
internal static class ModelSpecific
{
    /// <summary>The time-stamp counter.</summary>
    public const uint TimeStampCounter = 0x10;

    /// <summary>Which socket the processor fits; 0.</summary>
    public const uint PlatformId = 0x17;

    /// <summary>IA32_APIC_BASE.</summary>
    public const uint ApicBase = 0x1B;

    /// <summary>Locks what firmware has switched on: nothing.</summary>
    public const uint FeatureControl = 0x3A;

    /// <summary>Revision of the microcode.</summary>
    public const uint MicrocodeRevision = 0x8B;

    /// <summary>How many memory type ranges there are.</summary>
    public const uint MtrrCapabilities = 0xFE;

    /// <summary>Which side channels the processor does not have.</summary>
    public const uint ArchitecturalCapabilities = 0x10A;

    /// <summary>CS of SYSENTER.</summary>
    public const uint SysenterCs = 0x174;

    /// <summary>RSP of SYSENTER.</summary>
    public const uint SysenterEsp = 0x175;

    /// <summary>RIP of SYSENTER.</summary>
    public const uint SysenterEip = 0x176;

    /// <summary>Machine check banks: none.</summary>
    public const uint MachineCheckCapabilities = 0x179;

    /// <summary>State of a machine check in progress.</summary>
    public const uint MachineCheckStatus = 0x17A;

    /// <summary>IA32_MISC_ENABLE.</summary>
    public const uint MiscEnable = 0x1A0;

    /// <summary>First base and mask of a memory type range.</summary>
    public const uint MtrrFirst = 0x200;

    /// <summary>Last one of <see cref="MtrrPairs"/>.</summary>
    public const uint MtrrLast = MtrrFirst + (2 * MtrrPairs) - 1;

    /// <summary>Memory type ranges.</summary>
    public const uint MtrrPairs = 8;

    /// <summary>Memory types of the first 512 KiB.</summary>
    public const uint MtrrFixed64 = 0x250;

    /// <summary>Memory types of the next 256 KiB, in two registers.</summary>
    public const uint MtrrFixed16 = 0x258;

    /// <summary>Memory types of the last 256 KiB of the first megabyte, in eight registers.</summary>
    public const uint MtrrFixed4 = 0x268;

    /// <summary>IA32_PAT.</summary>
    public const uint PageAttributes = 0x277;

    /// <summary>The memory type of all other addresses.</summary>
    public const uint MtrrDefault = 0x2FF;

    /// <summary>IA32_TSC_DEADLINE.</summary>
    public const uint TscDeadline = 0x6E0;

    /// <summary>EFER.</summary>
    public const uint Efer = 0xC000_0080;

    /// <summary>Selectors of SYSCALL and SYSRET.</summary>
    public const uint Star = 0xC000_0081;

    /// <summary>RIP of SYSCALL from 64-bit code.</summary>
    public const uint Lstar = 0xC000_0082;

    /// <summary>RIP of SYSCALL from compatibility mode, which this processor has not; kept.</summary>
    public const uint Cstar = 0xC000_0083;

    /// <summary>Flags that SYSCALL clears.</summary>
    public const uint Sfmask = 0xC000_0084;

    /// <summary>Base of FS.</summary>
    public const uint FsBase = 0xC000_0100;

    /// <summary>Base of GS.</summary>
    public const uint GsBase = 0xC000_0101;

    /// <summary>What SWAPGS exchanges it with.</summary>
    public const uint KernelGsBase = 0xC000_0102;

    /// <summary>What RDTSCP gives besides the counter.</summary>
    public const uint TscAux = 0xC000_0103;
}
