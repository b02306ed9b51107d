namespace VmmEngine.Machines;

/// <summary>What a machine is made of.</summary>
public sealed record MachineOptions
{
    internal const ulong HighMemoryStart = 4UL << 30;
    private const ulong LowMemoryLimit = 3UL << 30;
    private const ulong PageSize = 4096;
    private const ulong MemoryLimit = 1UL << 40;
    internal const int VcpuLimit = 64;

    /// <summary>Bytes of RAM, whole pages of 4 KiB. RAM starts at 0; what is above 3 GiB continues at 4 GiB.</summary>
    public ulong MemoryBytes { get; init; } = 64UL << 20;

    /// <summary>How many vCPUs, 1 to 64.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>What executes guest code.</summary>
    public BackendChoice Backend { get; init; } = BackendChoice.Best;

    /// <summary>Which thread runs which vCPU; null: the back end's default, in turn on the software vCPU and a thread each on KVM.</summary>
    public VcpuScheduling? Scheduling { get; init; }

    /// <summary>With the interrupt controllers, timers and ports of a PC; without them HLT with nothing to wake it ends the run.</summary>
    public bool HasPcBoard { get; init; } = true;

    /// <summary>Count and time the exits, for <see cref="MachineResult.Exits"/>.</summary>
    public bool RecordsExits { get; init; }

    /// <summary>The guest's date and time when the machine is built: seconds since 1970 UTC.</summary>
    public long StartSeconds { get; init; }

    internal ulong LowMemory => Math.Min(MemoryBytes, LowMemoryLimit);

    internal ulong HighMemory => MemoryBytes - LowMemory;

    internal void Check()
    {
        if (MemoryBytes is 0 or > MemoryLimit || MemoryBytes % PageSize != 0)
        {
            throw new MachineException($"{MemoryBytes} bytes of memory are not possible: whole pages of 4096, up to 1 TiB");
        }

        if (!Enum.IsDefined(Backend) || (Scheduling is { } scheduling && !Enum.IsDefined(scheduling)))
        {
            throw new MachineException($"back end {Backend} with scheduling {Scheduling} is not possible: name values of BackendChoice and VcpuScheduling");
        }

        if (Vcpus is < 1 or > VcpuLimit)
        {
            throw new MachineException($"{Vcpus} vCPUs are not possible: 1 to {VcpuLimit}");
        }
    }
}

/// <summary>What executes guest code.</summary>
public enum BackendChoice
{
    /// <summary>KVM where it works, the software vCPU otherwise.</summary>
    Best,

    /// <summary>Linux KVM.</summary>
    Kvm,

    /// <summary>The software vCPU.</summary>
    Software,
}

/// <summary>Which thread runs which vCPU.</summary>
public enum VcpuScheduling
{
    /// <summary>All on the caller's thread, slice by slice. On the software vCPU, time is then counted in instructions and every run is the same.</summary>
    InTurn,

    /// <summary>A thread each.</summary>
    ThreadEach,
}
