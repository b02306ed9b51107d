namespace VmmEngine.SoftX86;

/// <summary>Where the instruction at RIP is.</summary>
internal unsafe struct CodePlace
{
    /// <summary>Its linear address.</summary>
    public ulong Linear;

    /// <summary>Its guest-physical address.</summary>
    public ulong Physical;

    /// <summary>Its first byte.</summary>
    public byte* Host;

    /// <summary>Bytes from there to the end of the page, or of CS if that is nearer.</summary>
    public ulong Available;

    /// <summary>CS ends in the page.</summary>
    public bool CutByLimit;
}
