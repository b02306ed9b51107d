namespace VmmEngine.SoftX86;

/// <summary>What the choice of handlers depends on besides the instruction.</summary>
internal struct FormContext
{
    /// <summary>How the instruction was decoded.</summary>
    public CpuMode Mode;

    /// <summary>ES, CS, SS and DS begin at 0 and have no limit: their checks are left out.</summary>
    public bool FlatData;

    /// <summary>Bytes of the stack pointer: 2, 4 or 8.</summary>
    public byte StackSize;

    /// <summary>SSE instructions raise neither #UD nor #NM.</summary>
    public bool SimdAvailable;

    /// <summary>Address of the block's first instruction.</summary>
    public ulong BlockRip;
}
