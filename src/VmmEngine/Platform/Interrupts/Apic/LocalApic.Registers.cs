using static VmmEngine.Platform.LocalApicRegister;

namespace VmmEngine.Platform;

/// <content>The guest's accesses. The holder's thread.</content>
public sealed unsafe partial class LocalApic
{
    /// <summary>The first MSR of an x2APIC.</summary>
    public const uint FirstMsr = 0x800;

    /// <summary>The last MSR that belongs to it.</summary>
    public const uint LastMsr = 0xBFF;

    // Integrated APIC, with seven entries in its local vector table.
    private const uint VersionValue = 0x14 | (6 << 16);

    private const uint SpuriousWritable = 0x3FF;
    private const uint CommandWritable = 0x000C_CFFF;
    private const ulong BaseModes = BaseX2Apic | BaseEnabled;

    /// <summary>A read in the page.</summary>
    /// <param name="offset">Bytes from its start.</param>
    /// <returns>The register's bytes from the offset on; 0 where there are none, and while the page is not there.</returns>
    public uint Read(uint offset)
    {
        if (IsX2Apic || !IsPresent || (offset & 0xC) != 0 || offset >= LocalApicWords.Count << 4)
        {
            return 0;
        }

        return ReadRegister((int)(offset >> 4)) >> (int)(8 * (offset & 3));
    }

    /// <summary>A write in the page.</summary>
    /// <returns>False for one that is not of four bytes at a multiple of 16: it has no effect.</returns>
    public bool Write(uint offset, int size, uint value)
    {
        if (size != 4 || (offset & 0xF) != 0)
        {
            return false;
        }

        if (!IsX2Apic && IsPresent && offset < LocalApicWords.Count << 4)
        {
            WriteRegister((int)(offset >> 4), value);
        }

        return true;
    }

    /// <summary>RDMSR of 0x800 to 0xBFF.</summary>
    /// <returns>False: #GP.</returns>
    public bool TryReadMsr(uint number, out ulong value)
    {
        int register = (int)(number - FirstMsr);
        value = 0;
        if (!IsX2Apic || !IsReadable(register))
        {
            return false;
        }

        value = ReadRegister(register);
        if (register == CommandLow)
        {
            value |= (ulong)Get(CommandHigh) << 32;
        }

        return true;
    }

    /// <summary>WRMSR of 0x800 to 0xBFF.</summary>
    /// <returns>False: #GP.</returns>
    public bool TryWriteMsr(uint number, ulong value)
    {
        int register = (int)(number - FirstMsr);
        if (!IsX2Apic || !IsWritable(register))
        {
            return false;
        }

        if (register == CommandLow)
        {
            return ((uint)value & ~CommandWritable) == 0 && TryCommand((uint)value, (uint)(value >> 32));
        }

        bool valid = value >> 32 == 0 && ((uint)value & ReservedBits(register)) == 0;
        if (valid)
        {
            WriteRegister(register, (uint)value);
        }

        return valid;
    }

    /// <summary>WRMSR of IA32_APIC_BASE: switches the modes, in the ways that the processor allows.</summary>
    /// <returns>False: #GP. So also for moving the page.</returns>
    public bool TryWriteBase(ulong value)
    {
        ulong before = Words->Base & BaseModes;
        ulong after = value & BaseModes;
        bool sameAddress = (value & ~(BaseModes | BaseBoot)) == Page;
        bool offered = (after & BaseX2Apic) == 0 || (Words->OffersX2Apic != 0 && (after & BaseEnabled) != 0);
        bool skips = (before == 0 && after == BaseModes) || (before == BaseModes && after == BaseEnabled);
        if (!sameAddress || !offered || skips)
        {
            return false;
        }

        SetMode(after);
        return true;
    }

    /// <summary>What a client or a snapshot says that the mode is: as <see cref="TryWriteBase"/>, from any mode to any.</summary>
    public void LoadBase(ulong value) => SetMode((value & BaseEnabled) == 0 ? 0 : value & BaseModes);

    /// <summary>The interface's switch, before the vCPU first runs: in x2APIC mode from the start, or without it.</summary>
    public void SetX2Apic(bool enabled)
    {
        Words->OffersX2Apic = enabled ? 1u : 0;
        SetMode(enabled ? BaseModes : BaseEnabled);
    }

    /// <summary>CR8: bits 4 to 7 of the task priority.</summary>
    public void SetTaskPriority(uint value)
    {
        Volatile.Write(ref Register(TaskPriority), value);
        Renotify();
    }

    /// <summary>IA32_TSC_DEADLINE: when the timer fires, in the vCPU's time-stamp counter; 0 while it does not run.</summary>
    public ulong Deadline
    {
        get => _timer.TscDeadline;
        set => _timer.SetDeadline(value, _host.TimeStamp(Id));
    }

    private void SetMode(ulong modes)
    {
        ulong before = Words->Base;
        Volatile.Write(ref Words->Base, (before & ~BaseModes) | modes);
        if (((before ^ modes) & BaseModes) == 0)
        {
            return;
        }

        if ((modes & BaseEnabled) == 0)
        {
            Initialize();
        }

        Register(CommandHigh) = 0;
        SetLogicalId();
        Renotify();
    }

    private void SetLogicalId() =>
        Volatile.Write(ref Register(LogicalDestination), IsX2Apic ? ((uint)Id & ~15u) << 12 | 1u << (Id & 15) : 0);

    private uint ReadRegister(int register) => register switch
    {
        LocalApicRegister.Id => IsX2Apic ? (uint)Id : (uint)Id << 24,
        LocalApicRegister.Version => VersionValue,
        ArbitrationPriority or EndOfInterrupt or SelfIpi => 0,
        LocalApicRegister.ProcessorPriority => ProcessorPriority,
        CurrentCount => _timer.CurrentCount,
        _ => Get(register),
    };

    private void WriteRegister(int register, uint value)
    {
        switch (register)
        {
            case TaskPriority:
                SetTaskPriority((byte)value);
                break;

            case EndOfInterrupt:
                EndInterrupt();
                break;

            case LogicalDestination:
                Volatile.Write(ref Register(register), value & 0xFF00_0000);
                break;

            case DestinationFormat:
                Volatile.Write(ref Register(register), value | 0x0FFF_FFFF);
                break;

            case Spurious:
                SetSpurious(value & SpuriousWritable);
                break;

            case ErrorStatus:
                Register(ErrorStatus) = Interlocked.Exchange(ref _errors, 0);
                break;

            case CommandLow:
                _ = TryCommand(value & CommandWritable, Get(CommandHigh));
                break;

            case CommandHigh:
                Register(register) = value & 0xFF00_0000;
                break;

            case InitialCount:
                Register(register) = value;
                _timer.Start(value);
                break;

            case DivideConfiguration:
                Register(register) = value & 0xB;
                _timer.SetDivider(value);
                break;

            case SelfIpi when IsX2Apic:
                PostIpi((byte)value);
                break;

            default:
                WriteOther(register, value);
                break;
        }
    }

    private void WriteOther(int register, uint value)
    {
        int entry = LocalVectorOf(register);
        if (entry >= 0)
        {
            SetLocalVector((LocalVector)entry, value);
        }
        else if (!IsReadable(register))
        {
            Fail(ErrorBits.IllegalRegister);
        }
    }

    private void SetSpurious(uint value)
    {
        Volatile.Write(ref Register(Spurious), value);
        if ((value & SoftwareEnabled) == 0)
        {
            foreach (byte entry in LocalVectors)
            {
                Register(entry) |= LocalVectorBits.Masked;
            }
        }

        Renotify();
    }

    private void SetLocalVector(LocalVector source, uint value)
    {
        value &= LocalVectorBits.Writable(source);
        if ((Get(Spurious) & SoftwareEnabled) == 0)
        {
            value |= LocalVectorBits.Masked;
        }

        Volatile.Write(ref Register(LocalVectors[(int)source]), value);
        if (source == LocalVector.Timer)
        {
            _timer.SetMode(value & LocalVectorBits.TimerMode);
        }

        Renotify(); // LINT0 may listen to the 8259s from now on
    }

    private void EndInterrupt()
    {
        int vector = Highest(InService);
        if (vector < 0)
        {
            return;
        }

        uint bit = 1u << (vector % 32);
        Register(InService + (vector / 32)) &= ~bit;
        if ((Get(TriggerMode + (vector / 32)) & bit) != 0)
        {
            _all.EndInterrupt((byte)vector);
        }

        Renotify();
    }

    // The vCPU may take now what it could not before.
    private void Renotify() => _host.Notify(Id);

    private bool TryCommand(uint low, uint high)
    {
        Register(CommandLow) = low;
        Register(CommandHigh) = high;
        InterruptCommand command = new(low, high, IsX2Apic);
        if (command.Mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority && command.Vector < FirstVector)
        {
            Fail(ErrorBits.SentIllegalVector);
            return true;
        }

        if (_counters != null)
        {
            _counters->IpisSent++;
        }

        return _all.Send(this, in command);
    }

    private void PostIpi(byte vector)
    {
        if (vector < FirstVector)
        {
            Fail(ErrorBits.SentIllegalVector);
            return;
        }

        CountReceived();
        Post(vector, isLevel: false);
    }

    private static bool IsReadable(int register) => register switch
    {
        LocalApicRegister.Id or LocalApicRegister.Version or TaskPriority or LocalApicRegister.ProcessorPriority or LogicalDestination or Spurious => true,
        >= InService and <= ErrorStatus => true,
        InitialCount or CurrentCount or DivideConfiguration or CommandLow => true,
        _ => LocalVectorOf(register) >= 0,
    };

    private static bool IsWritable(int register) =>
        register is TaskPriority or EndOfInterrupt or Spurious or ErrorStatus or CommandLow or InitialCount or DivideConfiguration or SelfIpi
        || LocalVectorOf(register) >= 0;

    private static uint ReservedBits(int register) => register switch
    {
        TaskPriority or SelfIpi => ~0xFFu,
        EndOfInterrupt or ErrorStatus => ~0u,
        Spurious => ~SpuriousWritable,
        DivideConfiguration => ~0xBu,
        InitialCount => 0,
        _ => ~(LocalVectorBits.Writable((LocalVector)LocalVectorOf(register)) | (1 << 12) | (1 << 14)),
    };
}
