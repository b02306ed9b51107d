using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Loaders;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.Guests.Running;

/// <summary>A PC around a bare back end, one thread a vCPU: for running whole guests against a back end without anything above it.</summary>
public sealed unsafe class GuestMachine : IDisposable
{
    private const ushort ExitPort = 0xF4;
    private const int ExitsKept = 100;

    private readonly VmLockMemory _locks;
    private readonly VmBackend _backend;
    private readonly GuestMemoryTarget _memory;
    private readonly MemorySerialSink _console = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly List<GuestExit> _exits = [];
    private readonly Lock _outcomeLock = new();
    private readonly HostClock _clock = new();
    private GuestEnd? _end;
    private uint _status;

    /// <summary>Makes a machine with 16 MiB of memory.</summary>
    public GuestMachine(BackendFactory factory, int vcpus = 1, ulong memory = 16 << 20)
    {
        Vcpus = vcpus;
        _locks = new VmLockMemory((uint)vcpus);
        _backend = factory.Create(new BackendRequest(_locks));
        _locks.Locks->Kick = _backend.Kick;
        _memory = new GuestMemoryTarget(_backend, memory);
        Chipset chipset = new(_backend.Clock ?? _clock, _backend.Interrupts);
        chipset.Map(Bus);
        _ = new PcBoard(Bus, chipset, new PcBoardOptions { Serial = _console, Reset = () => { }, LowMemory = memory, Vcpus = vcpus });
    }

    /// <summary>Where devices are.</summary>
    public DeviceBus Bus { get; } = new();

    /// <summary>Where images go.</summary>
    public LoadTarget Memory => _memory;

    /// <summary>How many vCPUs there are.</summary>
    public int Vcpus { get; }

    /// <summary>Runs as many vCPUs as there are entries until one of them ends the guest, or the time is over.</summary>
    public GuestOutcome Run(TimeSpan limit, params EntryState[] entries)
    {
        Thread[] threads = [.. entries.Select((entry, id) => new Thread(() => RunVcpu(id, entry)) { Name = $"vCPU {id}" })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        if (!_ended.Wait(limit))
        {
            EndWith(GuestEnd.TimedOut);
        }

        for (int id = 0; id < entries.Length; id++)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref *_locks.Locks, _locks.Locks->Vcpus + id, VcpuRequests.DebugStop);
            threads[id].Join();
        }

        return new GuestOutcome(_end ?? GuestEnd.TimedOut, _status, _console.ToString(), _exits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clock.Dispose();
        _memory.Dispose();
        _backend.Dispose();
        _ended.Dispose();
    }

    private void RunVcpu(int id, EntryState entry)
    {
        VcpuLocks<ProcessorAtomics>.TryFreeze(ref *_locks.Locks, id, out Vcpu* vcpu);
        if (_backend.Prepare(vcpu) != 0 || _backend.Reset(vcpu) != 0 || _backend.WriteRegisters(vcpu, entry.Groups, entry.Registers) != 0)
        {
            EndWith(GuestEnd.Failure);
        }

        RunContext context = new(Bus, RunFlags.None, 0);
        while (_end is null)
        {
            if (_backend.Run(vcpu, in context, out VcpuExit* exit) == RunResult.Exit)
            {
                Handle(exit);
            }
        }

        VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
    }

    private void Handle(VcpuExit* exit)
    {
        bool isPort = exit->Reason is ExitReason.PortIn or ExitReason.PortOut;
        lock (_outcomeLock)
        {
            if (_exits.Count < ExitsKept)
            {
                _exits.Add(new GuestExit(exit->Reason, isPort ? exit->Port : exit->Address, exit->Data));
            }
        }

        switch (exit->Reason)
        {
            case ExitReason.PortOut when exit->Port == ExitPort:
                _status = (uint)exit->Data;
                EndWith(GuestEnd.Exited);
                break;

            case ExitReason.PortIn or ExitReason.MmioRead:
                exit->Data = exit->Size == 8 ? ulong.MaxValue : (1UL << (8 * exit->Size)) - 1;
                break;

            case ExitReason.PortOut or ExitReason.MmioWrite or ExitReason.Halt or ExitReason.Interrupted or ExitReason.Pause:
                break;

            case ExitReason.MsrRead or ExitReason.MsrWrite:
                exit->Flags |= ExitFlags.Refused;
                break;

            case ExitReason.Shutdown:
                EndWith(GuestEnd.Shutdown);
                break;

            case ExitReason.MemoryFault:
                EndWith(GuestEnd.MemoryFault);
                break;

            default:
                EndWith(GuestEnd.Failure);
                break;
        }
    }

    private void EndWith(GuestEnd end)
    {
        lock (_outcomeLock)
        {
            _end ??= end;
        }

        _ended.Set();
    }
}
