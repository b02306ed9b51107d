namespace VmmEngine.Backends;

/// <summary>How the processor that an interface shows to its guests differs from the one that a back end shows by itself.</summary>
public sealed class GuestProcessor
{
    /// <summary>The back end's own.</summary>
    public static GuestProcessor Unchanged { get; } = new();

    /// <summary>What CPUID says differently.</summary>
    public IReadOnlyList<CpuidChange> Cpuid { get; init; } = [];

    /// <summary>False: there is no local APIC, neither in memory nor as registers, whatever a back end has for other VMs.</summary>
    public bool HasLocalApic { get; init; } = true;

    /// <summary>
    /// A model-specific register that is the interface's: it exits (<see cref="ExitReason.MsrRead"/>, <see cref="ExitReason.MsrWrite"/>), even if the back end
    /// has one of that number; null for none.
    /// </summary>
    public uint? InterfaceMsr { get; init; }
}

/// <summary>A leaf of CPUID in which some bits are not the back end's. Leaves that the back end has not are zeros before.</summary>
/// <param name="Leaf">EAX, for every ECX.</param>
/// <param name="Clear">Bits that are cleared first.</param>
/// <param name="Set">Bits that are set then.</param>
public readonly record struct CpuidChange(uint Leaf, CpuidWords Clear, CpuidWords Set)
{
    /// <summary>A leaf that has nothing of the back end's.</summary>
    public static CpuidChange Replace(uint leaf, CpuidWords words) => new(leaf, new CpuidWords(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue), words);

    /// <summary>The leaf with the changes.</summary>
    public CpuidWords ApplyTo(CpuidWords own) => new(
        (own.Eax & ~Clear.Eax) | Set.Eax, (own.Ebx & ~Clear.Ebx) | Set.Ebx, (own.Ecx & ~Clear.Ecx) | Set.Ecx, (own.Edx & ~Clear.Edx) | Set.Edx);
}

/// <summary>What CPUID gives for one leaf.</summary>
public readonly record struct CpuidWords(uint Eax, uint Ebx, uint Ecx, uint Edx);
