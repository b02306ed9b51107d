using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Loaders;

namespace VmmEngine.Machines;

/// <summary>One vCPU of a machine. Its registers may be read and written by any thread; a running vCPU is thrown out of the guest for that.</summary>
public sealed class MachineVcpu
{
    private readonly Machine _machine;

    internal MachineVcpu(Machine machine, int id, VcpuRunner runner)
    {
        _machine = machine;
        Id = id;
        Runner = runner;
    }

    /// <summary>Its number, from 0.</summary>
    public int Id { get; }

    /// <summary>True once it takes part in runs: vCPU 0 always does, the others when they are started.</summary>
    public bool IsStarted { get; private set; }

    internal VcpuRunner Runner { get; }

    /// <summary>Reads registers.</summary>
    public void ReadRegisters(RegisterGroups groups, ref CpuRegisters registers) =>
        GuestVm.Check(Runner.ReadRegisters(groups, ref registers), $"the registers of vCPU {Id} cannot be read");

    /// <summary>Writes registers.</summary>
    /// <exception cref="MachineException">No processor accepts them.</exception>
    public void WriteRegisters(RegisterGroups groups, in CpuRegisters registers) =>
        GuestVm.Check(Runner.WriteRegisters(groups, in registers), $"no processor accepts the registers given to vCPU {Id}");

    /// <summary>Lets it take part in the next run, from its present registers on (after creation: the reset vector).</summary>
    public void Start()
    {
        if (!IsStarted)
        {
            _machine.Vm.Activate(Id);
            IsStarted = true;
        }
    }

    /// <summary>Lets it take part in the next run from a loader's entry state on.</summary>
    public void Start(EntryState entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        WriteRegisters(entry.Groups, in entry.Registers);
        Start();
    }

    /// <summary>The run stops when the vCPU has had so many exits more; null: never.</summary>
    internal void LimitExits(ulong? more)
    {
        if (Runner.Statistics is { } statistics)
        {
            statistics.Limit = more is { } count && count < long.MaxValue - (ulong)statistics.Total ? statistics.Total + (long)count : long.MaxValue;
        }
    }

    internal bool HasReachedLimit => Runner.Statistics is { } statistics && statistics.Total >= statistics.Limit;
}
