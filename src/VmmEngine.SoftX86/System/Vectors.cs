namespace VmmEngine.SoftX86;

/// <summary>Vectors of the processor's own exceptions.</summary>
internal static class Vectors
{
    /// <summary>#DE: division.</summary>
    public const byte DivideError = 0;

    /// <summary>#DB: single step, breakpoints, INT1.</summary>
    public const byte Debug = 1;

    /// <summary>NMI.</summary>
    public const byte NonMaskableInterrupt = 2;

    /// <summary>#BP: INT3.</summary>
    public const byte Breakpoint = 3;

    /// <summary>#OF: INTO.</summary>
    public const byte Overflow = 4;

    /// <summary>#BR: BOUND.</summary>
    public const byte BoundRange = 5;

    /// <summary>#UD: no such instruction.</summary>
    public const byte InvalidOpcode = 6;

    /// <summary>#NM: x87 or SSE while CR0.TS or EM says no.</summary>
    public const byte DeviceNotAvailable = 7;

    /// <summary>#DF: an exception while another one was delivered.</summary>
    public const byte DoubleFault = 8;

    /// <summary>#TS: a bad TSS.</summary>
    public const byte InvalidTss = 10;

    /// <summary>#NP: a descriptor that is not present.</summary>
    public const byte SegmentNotPresent = 11;

    /// <summary>#SS: beyond the stack segment, or a stack segment that is not present.</summary>
    public const byte StackFault = 12;

    /// <summary>#GP: everything else.</summary>
    public const byte GeneralProtection = 13;

    /// <summary>#PF.</summary>
    public const byte PageFault = 14;

    /// <summary>#MF: an x87 error.</summary>
    public const byte FloatingPoint = 16;

    /// <summary>#AC: a misaligned access.</summary>
    public const byte AlignmentCheck = 17;

    /// <summary>#XM: an SSE error.</summary>
    public const byte SimdFloatingPoint = 19;
}
