namespace VmmEngine.SoftX86;

/// <summary>Bits of CR0.</summary>
internal static class Cr0Bits
{
    /// <summary>PE: protected mode.</summary>
    public const ulong ProtectionEnable = 1;

    /// <summary>MP: WAIT obeys TS.</summary>
    public const ulong MonitorCoprocessor = 1 << 1;

    /// <summary>EM: no x87.</summary>
    public const ulong Emulation = 1 << 2;

    /// <summary>TS: x87 and SSE raise #NM.</summary>
    public const ulong TaskSwitched = 1 << 3;

    /// <summary>ET: always set.</summary>
    public const ulong ExtensionType = 1 << 4;

    /// <summary>NE: x87 errors raise #MF.</summary>
    public const ulong NumericError = 1 << 5;

    /// <summary>WP: read-only pages are so for the supervisor too.</summary>
    public const ulong WriteProtect = 1 << 16;

    /// <summary>AM: RFLAGS.AC checks alignment.</summary>
    public const ulong AlignmentMask = 1 << 18;

    /// <summary>NW: with CD, a cache mode; kept, without effect.</summary>
    public const ulong NotWriteThrough = 1 << 29;

    /// <summary>CD: kept, without effect.</summary>
    public const ulong CacheDisable = 1 << 30;

    /// <summary>PG: paging.</summary>
    public const ulong Paging = 1u << 31;

    /// <summary>All bits that can be written.</summary>
    public const ulong Writable = ProtectionEnable | MonitorCoprocessor | Emulation | TaskSwitched | NumericError | WriteProtect | AlignmentMask
        | NotWriteThrough | CacheDisable | Paging;
}

/// <summary>Bits of CR4.</summary>
internal static class Cr4Bits
{
    /// <summary>TSD: RDTSC is for CPL 0.</summary>
    public const ulong TimestampDisable = 1 << 2;

    /// <summary>DE: DR4 and DR5 raise #UD.</summary>
    public const ulong DebuggingExtensions = 1 << 3;

    /// <summary>PSE: 4 MiB pages.</summary>
    public const ulong PageSizeExtensions = 1 << 4;

    /// <summary>PAE: 64-bit page table entries.</summary>
    public const ulong PhysicalAddressExtension = 1 << 5;

    /// <summary>MCE: machine checks; there are none.</summary>
    public const ulong MachineCheck = 1 << 6;

    /// <summary>PGE: global pages.</summary>
    public const ulong PageGlobal = 1 << 7;

    /// <summary>PCE: RDPMC at every level; there are no counters.</summary>
    public const ulong PerformanceCounters = 1 << 8;

    /// <summary>OSFXSR: SSE may be used.</summary>
    public const ulong FxsaveSupport = 1 << 9;

    /// <summary>OSXMMEXCPT: SSE errors raise #XM.</summary>
    public const ulong SimdExceptions = 1 << 10;

    /// <summary>SMEP: the supervisor executes no user pages.</summary>
    public const ulong SupervisorExecutionPrevention = 1 << 20;

    /// <summary>SMAP: the supervisor accesses no user pages, unless RFLAGS.AC is set.</summary>
    public const ulong SupervisorAccessPrevention = 1 << 21;

    /// <summary>All bits that can be written: what CPUID shows.</summary>
    public const ulong Writable = TimestampDisable | DebuggingExtensions | PageSizeExtensions | PhysicalAddressExtension | MachineCheck | PageGlobal
        | PerformanceCounters | FxsaveSupport | SimdExceptions | SupervisorExecutionPrevention | SupervisorAccessPrevention;
}

/// <summary>Bits of EFER.</summary>
internal static class EferBits
{
    /// <summary>SCE: SYSCALL and SYSRET.</summary>
    public const ulong SystemCall = 1;

    /// <summary>LME: paging, when it is switched on, is long mode.</summary>
    public const ulong LongModeEnable = 1 << 8;

    /// <summary>LMA: long mode; read only.</summary>
    public const ulong LongModeActive = 1 << 10;

    /// <summary>NXE: page table entries have a no-execute bit.</summary>
    public const ulong NoExecute = 1 << 11;

    /// <summary>All bits that can be written.</summary>
    public const ulong Writable = SystemCall | LongModeEnable | NoExecute;
}
