namespace VmmEngine.SoftX86;

/// <summary>Bits of <see cref="Backends.SegmentRegister.Access"/>, and the segment types in them.</summary>
internal static class AccessBits
{
    /// <summary>Code and data: the segment was loaded.</summary>
    public const uint Accessed = 1;

    /// <summary>Data: can be written. Code: can be read.</summary>
    public const uint Writable = 1 << 1;

    /// <summary>Data: valid offsets are those above the limit. Code: conforming.</summary>
    public const uint ExpandDown = 1 << 2;

    /// <summary>Code: keeps the caller's privilege.</summary>
    public const uint Conforming = 1 << 2;

    /// <summary>It is code.</summary>
    public const uint Code = 1 << 3;

    /// <summary>S: code or data, not a system descriptor.</summary>
    public const uint NotSystem = 1 << 4;

    /// <summary>Where the DPL begins.</summary>
    public const int PrivilegeShift = 5;

    /// <summary>P.</summary>
    public const uint Present = 1 << 7;

    /// <summary>AVL.</summary>
    public const uint Available = 1 << 12;

    /// <summary>L: 64-bit code.</summary>
    public const uint Long = 1 << 13;

    /// <summary>D/B: 32-bit code, stack or upper bound.</summary>
    public const uint Big = 1 << 14;

    /// <summary>G: the descriptor's limit is in pages. The hidden limit is in bytes whatever it says.</summary>
    public const uint Granular = 1 << 15;

    /// <summary>The register holds a null selector.</summary>
    public const uint Unusable = 1 << 16;

    /// <summary>S and the type.</summary>
    public const uint TypeMask = 0x1F;

    /// <summary>Readable, writable, accessed data, present, DPL 0: what real mode has everywhere.</summary>
    public const uint RealMode = Present | NotSystem | Writable | Accessed;

    /// <summary>The same with DPL 3: what virtual-8086 mode has everywhere.</summary>
    public const uint Virtual8086 = RealMode | (3 << PrivilegeShift);
}

/// <summary>Types of system descriptors: S (0) and the type.</summary>
internal static class SystemTypes
{
    /// <summary>16-bit TSS, not busy.</summary>
    public const int Tss16 = 1;

    /// <summary>A local descriptor table.</summary>
    public const int Ldt = 2;

    /// <summary>16-bit TSS of a task that runs or is nested.</summary>
    public const int BusyTss16 = 3;

    /// <summary>16-bit call gate.</summary>
    public const int CallGate16 = 4;

    /// <summary>Task gate.</summary>
    public const int TaskGate = 5;

    /// <summary>16-bit interrupt gate.</summary>
    public const int InterruptGate16 = 6;

    /// <summary>16-bit trap gate.</summary>
    public const int TrapGate16 = 7;

    /// <summary>32-bit TSS, or the 64-bit one, not busy.</summary>
    public const int Tss32 = 9;

    /// <summary>The same, busy.</summary>
    public const int BusyTss32 = 11;

    /// <summary>32-bit call gate, or the 64-bit one.</summary>
    public const int CallGate32 = 12;

    /// <summary>32-bit interrupt gate, or the 64-bit one.</summary>
    public const int InterruptGate32 = 14;

    /// <summary>32-bit trap gate, or the 64-bit one.</summary>
    public const int TrapGate32 = 15;

    /// <summary>The bit that tells a busy TSS from one that is not.</summary>
    public const int Busy = 2;
}
