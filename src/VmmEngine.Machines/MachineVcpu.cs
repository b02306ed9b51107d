using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Loaders;

namespace VmmEngine.Machines;

/// <summary>
/// One vCPU of a machine. Its registers may be read and written by any thread but one inside the run, such as a device's; a running vCPU is thrown out
/// of the guest for that.
/// </summary>
public sealed class MachineVcpu
{
    private readonly Machine _machine;

    // A runner is one thread's: the run has one, and everybody else takes turns with the other.
    private readonly VcpuRunner _visitors;
    private readonly Lock _visit = new();
    private bool _isAttached;
    private bool _awaitsStartup;

    internal MachineVcpu(Machine machine, int id)
    {
        _machine = machine;
        Id = id;
        Runner = machine.Vm.Device.CreateRunner(id);
        _visitors = machine.Vm.Device.CreateRunner(id);
    }

    /// <summary>Its number, from 0.</summary>
    public int Id { get; }

    /// <summary>It has got its registers from a loader, a snapshot or its owner, and does not stand at the reset vector, where there is nothing.</summary>
    internal bool HasState { get; set; }

    /// <summary>True once it takes part in runs: vCPU 0 always does, the others when they are started.</summary>
    public bool IsStarted { get; private set; }

    internal Machine Machine => _machine;

    /// <summary>For the thread that runs the vCPU.</summary>
    internal VcpuRunner Runner { get; }

    /// <summary>Until it is started it runs nevertheless, in a back end that lets it wait for another vCPU's INIT and STARTUP.</summary>
    internal bool WaitsInBackend => Id != 0 && _machine.StartsProcessors;

    /// <summary>Reads registers.</summary>
    /// <exception cref="MachineException">The thread is inside the run.</exception>
    public void ReadRegisters(RegisterGroups groups, ref CpuRegisters registers)
    {
        RunningThread.Refuse(_machine, $"reading registers of vCPU {Id}");
        int error;
        lock (_visit)
        {
            error = _visitors.ReadRegisters(groups, ref registers);
        }

        GuestVm.Check(error, $"the registers of vCPU {Id} cannot be read");
    }

    /// <summary>Writes registers.</summary>
    /// <exception cref="MachineException">No processor accepts them, or the thread is inside the run.</exception>
    public void WriteRegisters(RegisterGroups groups, in CpuRegisters registers)
    {
        RunningThread.Refuse(_machine, $"writing registers of vCPU {Id}");
        int error;
        lock (_visit)
        {
            error = _visitors.WriteRegisters(groups, in registers);
        }

        GuestVm.Check(error, $"no processor accepts the registers given to vCPU {Id}");
        HasState = true;
    }

    /// <summary>Lets it take part in the next run, from its present registers on (after creation: the reset vector).</summary>
    public void Start()
    {
        if (!IsStarted && WaitsInBackend)
        {
            // Writing the registers is what tells the back end that it is not to wait.
            CpuRegisters registers = default;
            ReadRegisters(RegisterGroups.General, ref registers);
            WriteRegisters(RegisterGroups.General, in registers);
        }

        HasState = true;
        Resume();
    }

    /// <summary>Lets it take part in the next run, from the state that a snapshot has given it.</summary>
    internal void Resume()
    {
        Attach();
        IsStarted = true;
    }

    /// <summary>Lets it take part in the next run from a loader's entry state on.</summary>
    public void Start(EntryState entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        WriteRegisters(entry.Groups, in entry.Registers);
        Start();
    }

    /// <summary>Makes it a part of the guest, which other vCPUs may address, also before it is started.</summary>
    internal void Attach()
    {
        if (!_isAttached)
        {
            _machine.Vm.Activate(Id);
            _isAttached = true;
        }
    }

    /// <summary>Whether PAUSE ends its turn from now on.</summary>
    internal void YieldOnPause(bool yields) => _machine.Vm.ExitOnPause(Id, yields);

    /// <summary>Ends it with its machine. No thread is in a run.</summary>
    internal void Close()
    {
        Runner.Dispose();
        lock (_visit)
        {
            _visitors.Dispose();
        }
    }

    /// <summary>Another vCPU sends INIT: this one waits for STARTUP. One that runs already goes on, for a machine starts each vCPU once.</summary>
    internal void AwaitStartup() => _awaitsStartup = !IsStarted;

    /// <summary>Another vCPU sends STARTUP: takes the state that it begins in.</summary>
    /// <param name="page">The number of the page where it begins, in real mode.</param>
    /// <returns>False if it does not wait for that.</returns>
    internal bool TryStartAt(byte page)
    {
        if (!_awaitsStartup)
        {
            return false;
        }

        _awaitsStartup = false;
        CpuRegisters registers = default;
        const RegisterGroups groups = RegisterGroups.General | RegisterGroups.System;
        ReadRegisters(groups, ref registers);
        registers.Cs.Selector = (ushort)(page << 8);
        registers.Cs.Base = (ulong)page << 12;
        registers.Rip = 0;
        WriteRegisters(groups, in registers);
        Start();
        return true;
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
