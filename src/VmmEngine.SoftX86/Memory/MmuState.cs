using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>The MMU's own words of a vCPU.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MmuState
{
    /// <summary>The cache of the current privilege; <see cref="Cpu.Tlb"/> is its entries.</summary>
    public TranslationCache* Active;

    /// <summary>The cache of accesses that the processor makes itself.</summary>
    public TranslationCache* System;

    /// <summary>One cache for each <see cref="Privilege"/>, in its order.</summary>
    public TranslationCache* Caches;

    /// <summary>Translations of instruction fetches.</summary>
    public FetchEntry* Fetches;

    /// <summary>Instruction fetches translated before the last flush have another number.</summary>
    public ulong FetchGeneration;

    /// <summary>The VM's memory.</summary>
    public PhysicalMap* Physical;

    /// <summary>Where the last address was found, or null.</summary>
    public PhysicalRegion* LastRegion;

    /// <summary>What waits for a device.</summary>
    public MmioState* Mmio;

    /// <summary>How linear addresses are translated.</summary>
    public PagingMode Paging;

    /// <summary><see cref="Step.Exit"/>: the last refused access of a helper left an exit, not an exception.</summary>
    public Step Refusal;

    /// <summary>The control-register bits that <see cref="Paging"/> and the cached rights rest on.</summary>
    public ulong ControlBits;

    /// <summary>The four page-directory pointers that PAE paging keeps in registers.</summary>
    public fixed ulong DirectoryPointers[4];
}

/// <summary>How linear addresses are translated.</summary>
internal enum PagingMode : uint
{
    /// <summary>Not at all.</summary>
    Flat,

    /// <summary>Two levels, 4-byte entries.</summary>
    TwoLevel,

    /// <summary>Two levels of 8-byte entries below four registers (PAE).</summary>
    Pae,

    /// <summary>Four levels of 8-byte entries (long mode).</summary>
    FourLevel,
}

/// <summary>Whose rights data accesses have: each has a translation cache of its own, so that a change of privilege flushes nothing.</summary>
internal enum Privilege : uint
{
    /// <summary>Privilege levels 0 to 2.</summary>
    Supervisor,

    /// <summary>The same while SMAP forbids user pages.</summary>
    Guarded,

    /// <summary>Privilege level 3.</summary>
    User,
}
