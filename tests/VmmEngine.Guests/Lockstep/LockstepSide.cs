using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Guests.Running;
using VmmEngine.Loaders;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;

namespace VmmEngine.Guests.Lockstep;

/// <summary>A bare back end with one vCPU whose accesses come back one by one.</summary>
internal sealed unsafe class LockstepSide : IDisposable
{
    /// <summary>What is compared and carried over. Not the floating-point state, and not what a time-stamp counter makes different in every run.</summary>
    private const RegisterGroups Groups = RegisterGroups.General | RegisterGroups.System | RegisterGroups.Events;

    private readonly VmLockMemory _locks = new(1);
    private readonly VmBackend _backend;
    private readonly GuestMemoryTarget _memory;
    private readonly DeviceBus _bus = new();
    private readonly VmClock? _clock;
    private VcpuExit* _exit;
    private uint _element;
    private uint _elements;

    public LockstepSide(LockstepMachine machine, ulong memory)
    {
        _clock = machine.Clock;
        _backend = machine.Factory.Create(new BackendRequest(_locks));
        _locks.Locks->Kick = _backend.Kick;
        _memory = new GuestMemoryTarget(_backend, memory);
        if (_clock is not null && _backend.Interrupts is Irqchip irqchip)
        {
            new PicPorts(irqchip.Pic).Map(_bus);
            new Pit(_clock, irqchip).Map(_bus);
        }

        VcpuLocks<ProcessorAtomics>.TryFreeze(ref *_locks.Locks, 0, out Vcpu* vcpu);
        if (_backend.Prepare(vcpu) != 0 || _backend.Reset(vcpu) != 0)
        {
            throw new InvalidOperationException($"The back end {Name} has no vCPU.");
        }
    }

    public string Name => _backend.Name;

    public LoadTarget Target => _memory;

    /// <summary>An interrupt comes before the next instruction.</summary>
    public bool IsInterruptDue => _backend.Interrupts.HasInterrupt(0) && (Registers.Rflags & 0x200) != 0;

    /// <summary>The registers between two instructions. An instruction that waits for a value must have got it.</summary>
    public CpuRegisters Registers
    {
        get
        {
            CpuRegisters registers = default;
            Check(_backend.ReadRegisters(Vcpu, Groups, ref registers));
            return registers;
        }
    }

    private Vcpu* Vcpu => _locks.Locks->Vcpus;

    /// <summary>Memory and images, each with its first address.</summary>
    public IEnumerable<(ulong Address, ulong Length)> Blocks => _memory.Blocks.Select(block => (block.Address, block.Length));

    /// <summary>The bytes of a range inside one block; empty if it is inside none.</summary>
    public Span<byte> Bytes(ulong address, int length)
    {
        foreach ((nint host, ulong start, ulong size) in _memory.Blocks)
        {
            if (address >= start && address - start < size && (ulong)length <= size - (address - start))
            {
                return new Span<byte>((byte*)host + (address - start), length);
            }
        }

        return default;
    }

    /// <summary>Memory was written through <see cref="Bytes"/>.</summary>
    public void Written(ulong address, int length) => _backend.MemoryWritten(new Gpa(address), (ulong)length);

    public void Start(EntryState entry) => Check(_backend.WriteRegisters(Vcpu, entry.Groups, entry.Registers));

    /// <summary>Makes the vCPU one that has nothing pending, does not halt, and has these registers.</summary>
    public void Restart(in CpuRegisters registers)
    {
        Check(_backend.Reset(Vcpu));
        Check(_backend.WriteRegisters(Vcpu, Groups, in registers));
    }

    /// <summary>Makes a run that goes on for too long return. Any thread.</summary>
    public void Interrupt() => VcpuLocks<ProcessorAtomics>.Post(ref *_locks.Locks, Vcpu, VcpuRequests.DebugStop);

    /// <summary>Runs to the next access. The answer to the last one must be given.</summary>
    public GuestAccess Next()
    {
        if (++_element < _elements)
        {
            return Element();
        }

        while (true)
        {
            if (TryRun(budget: 0, out GuestAccess access))
            {
                return access;
            }
        }
    }

    /// <summary>Executes one instruction.</summary>
    /// <returns>False if it is complete; true if it has made an access, or ended the guest.</returns>
    public bool TryStep(out GuestAccess access)
    {
        if (++_element < _elements)
        {
            access = Element();
            return true;
        }

        return TryRun(budget: 1, out access);
    }

    /// <summary>Gives the value that a read waits for.</summary>
    public void Answer(in GuestAccess access, ulong value)
    {
        value &= ulong.MaxValue >> (64 - (8 * access.Size));
        if (_elements == 1)
        {
            _exit->Data = value;
        }
        else
        {
            new Span<byte>(&value, access.Size).CopyTo(new Span<byte>(_exit->Elements + (_element * _exit->Size), access.Size));
        }
    }

    /// <summary>True if the last access is the last of its exit, so that the registers can be read.</summary>
    public bool IsComplete => _element + 1 >= _elements;

    public void Dispose()
    {
        VcpuLocks<ProcessorAtomics>.Thaw(Vcpu);
        _clock?.Dispose();
        _memory.Dispose();
        _backend.Dispose();
    }

    private bool TryRun(ulong budget, out GuestAccess access)
    {
        _element = 0;
        _elements = 0;
        RunResult result = _backend.Run(Vcpu, new RunContext(_bus, RunFlags.ReturnOnHalt, budget), out _exit);
        switch (result)
        {
            case RunResult.Exit:
                _elements = _exit->Reason is ExitReason.PortIn or ExitReason.PortOut ? _exit->Count : 1;
                access = Element();
                return true;

            case RunResult.Halted when _clock is InstructionClock clock && (_exit->Flags & ExitFlags.InterruptsDisabled) == 0 && clock.JumpToDeadline():
                access = default;
                return false;

            case RunResult.Halted:
                access = new GuestAccess(ExitReason.Halt);
                return true;

            case RunResult.DebugStopped:
                access = new GuestAccess(ExitReason.Interrupted);
                return true;

            default:
                access = default;
                return false;
        }
    }

    private GuestAccess Element()
    {
        bool isPort = _exit->Reason is ExitReason.PortIn or ExitReason.PortOut;
        bool isAccess = isPort || _exit->Reason is ExitReason.MmioRead or ExitReason.MmioWrite;
        bool isRead = _exit->Reason is ExitReason.PortIn or ExitReason.MmioRead;
        if (!isAccess)
        {
            return new GuestAccess(_exit->Reason);
        }

        ulong data = isRead ? 0 : _exit->Data;
        if (!isRead && _elements > 1)
        {
            new Span<byte>(_exit->Elements + (_element * _exit->Size), _exit->Size).CopyTo(new Span<byte>(&data, sizeof(ulong)));
        }

        return new GuestAccess(_exit->Reason, isPort ? _exit->Port : _exit->Address, _exit->Size, data);
    }

    private void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The back end {Name} refuses registers (FreeBSD errno {error}).");
        }
    }
}
