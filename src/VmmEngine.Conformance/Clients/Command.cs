namespace VmmEngine.Conformance.Clients;

/// <summary>What a command's dispatcher does before its handler.</summary>
[Flags]
internal enum Before
{
    Nothing = 0,

    /// <summary>Takes the memory map, shared (SLOCK_MEMSEGS).</summary>
    SharedMap = 0x01,

    /// <summary>Takes the memory map for itself (XLOCK_MEMSEGS).</summary>
    WholeMap = 0x02,

    /// <summary>Freezes the vCPU that the argument begins with (LOCK_ONE_VCPU).</summary>
    OneVcpu = 0x04,

    /// <summary>Freezes all vCPUs (LOCK_ALL_VCPUS).</summary>
    AllVcpus = 0x08,

    /// <summary>Makes the vCPU that the argument begins with, unless that is -1 (MAYBE_ALLOC_VCPU).</summary>
    MaybeVcpu = 0x20,

    /// <summary>Asks for the privilege of passthrough (PPT).</summary>
    Passthrough = 0x40,

    /// <summary>Looks for the VM that the argument begins with (FIND_VM).</summary>
    FindVm = 0x80,

    /// <summary>Looks for the vCPU behind it, and takes nothing (FIND_VCPU).</summary>
    FindVcpu = 0x100,
}

/// <summary>A command as the interface's description has it, not as the engine's tables do.</summary>
/// <param name="Name">Upstream's name.</param>
/// <param name="Word">The whole command word.</param>
/// <param name="Before">What comes before the handler.</param>
internal sealed record Command(string Name, uint Word, Before Before = Before.Nothing)
{
    private const int SizeShift = 16;
    private const uint SizeMask = 0x1FFF;

    /// <summary>Bytes of the argument.</summary>
    public int Size => (int)((Word >> SizeShift) & SizeMask);

    public override string ToString() => Name;
}
