namespace VmmEngine.SoftX86;

/// <summary>Bits of the x87 status word, and of <see cref="FpuState.Tags"/>.</summary>
internal static class FpuStatus
{
    /// <summary>IE to PE, in the order of <see cref="FloatFlags"/>.</summary>
    public const int Exceptions = 0x3F;

    /// <summary>SF: an invalid operation was a stack overflow (C1 = 1) or underflow (C1 = 0).</summary>
    public const int StackFault = 0x40;

    /// <summary>ES: an exception that is not masked waits for the next x87 instruction.</summary>
    public const int ErrorSummary = 0x80;

    /// <summary>C0.</summary>
    public const int C0 = 0x100;

    /// <summary>C1.</summary>
    public const int C1 = 0x200;

    /// <summary>C2.</summary>
    public const int C2 = 0x400;

    /// <summary>TOP.</summary>
    public const int TopMask = 0x3800;

    /// <summary>Where TOP begins.</summary>
    public const int TopShift = 11;

    /// <summary>C3.</summary>
    public const int C3 = 0x4000;

    /// <summary>B, which follows ES.</summary>
    public const int Busy = 0x8000;

    /// <summary>Tags: a bit a physical register, set when it is not empty (FXSAVE's form).</summary>
    public const ushort AllValid = 0xFF;
}
