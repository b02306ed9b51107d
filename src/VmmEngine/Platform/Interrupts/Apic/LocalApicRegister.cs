namespace VmmEngine.Platform;

/// <summary>Indices of a local APIC's registers: offset in the page divided by 16, or number of the MSR less 0x800. Intel SDM volume 3, table 12-1.</summary>
internal static class LocalApicRegister
{
    public const int Id = 0x02;
    public const int Version = 0x03;
    public const int TaskPriority = 0x08;
    public const int ArbitrationPriority = 0x09;
    public const int ProcessorPriority = 0x0A;
    public const int EndOfInterrupt = 0x0B;
    public const int LogicalDestination = 0x0D;
    public const int DestinationFormat = 0x0E;
    public const int Spurious = 0x0F;

    /// <summary>256 bits each, in eight registers: in service, level triggered, requested.</summary>
    public const int InService = 0x10;
    public const int TriggerMode = 0x18;
    public const int Request = 0x20;

    public const int ErrorStatus = 0x28;
    public const int CommandLow = 0x30;
    public const int CommandHigh = 0x31;
    public const int InitialCount = 0x38;
    public const int CurrentCount = 0x39;
    public const int DivideConfiguration = 0x3E;
    public const int SelfIpi = 0x3F;

    /// <summary>The registers of the local vector table, by <see cref="LocalVector"/>.</summary>
    public static ReadOnlySpan<byte> LocalVectors => [0x35, 0x36, 0x32, 0x37, 0x34, 0x33, 0x2F];

    /// <summary>Which entry of the local vector table a register is; -1 if none, as for every number beyond the registers.</summary>
    public static int LocalVectorOf(int register) => (uint)register < LocalApicWords.Count ? LocalVectors.IndexOf((byte)register) : -1;
}

/// <summary>A source of the local vector table, in the numbering of the interface's command.</summary>
public enum LocalVector
{
    /// <summary>The pin LINT0, where the 8259's output ends.</summary>
    Lint0,

    /// <summary>The pin LINT1: NMI on a PC.</summary>
    Lint1,

    /// <summary>The APIC's timer.</summary>
    Timer,

    /// <summary>A bit of the error status register has been set.</summary>
    Error,

    /// <summary>A performance counter has overflowed.</summary>
    PerformanceCounter,

    /// <summary>The thermal sensor.</summary>
    Thermal,

    /// <summary>A corrected machine check.</summary>
    CorrectedMachineCheck,
}
