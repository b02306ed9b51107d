using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd.Client;

/// <summary>A program that uses one VM.</summary>
internal sealed partial class Guest
{
    /// <summary>Where the device memory of usual VMs is.</summary>
    public const ulong DeviceAddress = GuestCode.MemorySize;

    private readonly Struct _created;

    public Guest(VmmClient host, uint id, IReadOnlyList<MemoryRange> ranges, Struct created)
    {
        Host = host;
        Id = id;
        Ranges = ranges;
        _created = created;
        Memory = new ClientMemory(AddressOf(0), ranges[0].Size);
    }

    /// <summary>A page of device memory behind a usual VM's memory.</summary>
    public static MemoryRange DeviceMemory => new(DeviceAddress, VmmClient.PageSize, Type: Structs.Mmio);

    public VmmClient Host { get; }

    public Revision Revision => Host.Revision;

    public uint Id { get; }

    public IReadOnlyList<MemoryRange> Ranges { get; }

    /// <summary>The first range's memory, as this process sees it.</summary>
    public ClientMemory Memory { get; }

    /// <summary>The argument of the creation, as it came back.</summary>
    public Struct Created => _created;

    /// <summary>Where this process has a range: where it had it before, or where the device has put it.</summary>
    public ulong AddressOf(int range) => _created.U64(Structs.RangesAt + (range * Structs.RangeSize) + 8);

    public Struct Expect(int error, Command command, Struct argument) => Host.Expect(error, command, argument);

    public Struct Do(Command command, Struct argument) => Host.Do(command, argument);

    public void Write(ulong address, params ReadOnlySpan<byte> bytes) => bytes.CopyTo(Memory.Bytes[(int)address..]);

    public uint Counter => BitConverter.ToUInt32(Memory.Bytes[(int)GuestCode.Counter..]);

    public void Terminate() => Do(Revision.Terminate, Structs.Terminate(Id));

    /// <summary>VMM_IOC_INTR.</summary>
    public void Interrupt(int level) => Do(Revision.Interrupt, Structs.Interrupt(Id, level));

    /// <summary>The state that a report shows.</summary>
    public int State
    {
        get
        {
            foreach (VmRecord record in Host.Report())
            {
                if (record.Id == Id)
                {
                    return record.StateOf(0);
                }
            }

            throw new CaseFailedException("the report", $"VM {Id}", "not among the VMs");
        }
    }

    public RegisterState ReadRegisters(ulong mask = RegisterState.All)
    {
        Do(Revision.ReadRegisters, Structs.Registers(Id, mask, out RegisterState registers));
        return registers;
    }

    public void WriteRegisters(ulong mask, Action<RegisterState> fill)
    {
        Struct argument = Structs.Registers(Id, mask, out RegisterState registers);
        fill(registers);
        Do(Revision.WriteRegisters, argument);
    }

    /// <summary>Changes some registers and leaves all others as they are.</summary>
    public void ChangeRegisters(ulong mask, Action<RegisterState> change)
    {
        Struct argument = Do(Revision.ReadRegisters, Structs.Registers(Id, mask, out RegisterState registers));
        change(registers);
        Do(Revision.WriteRegisters, argument);
    }

    /// <summary>Code, a handler for each vector that tells its number, and the vCPU in real mode at the code.</summary>
    public Guest LoadRealMode(params ReadOnlySpan<byte> code)
    {
        Write(GuestCode.Handlers, GuestCode.HandlersOfAll(is64Bit: false));
        Write(0, GuestCode.RealModeTable());
        Write(GuestCode.Start, code);
        Reset(state => state.SetRealMode());
        return this;
    }

    /// <summary>The same in 64-bit mode, at privilege level 0.</summary>
    public Guest LoadLongMode(params ReadOnlySpan<byte> code)
    {
        Write(GuestCode.Handlers, GuestCode.HandlersOfAll(is64Bit: true));
        Write(GuestCode.PageTables, LongMode.PageTables());
        Write(GuestCode.DescriptorTable, LongMode.Descriptors());
        Write(GuestCode.InterruptTable, LongMode.Gates());
        Write(GuestCode.Start, code);
        Reset(state => state.SetLongMode());
        return this;
    }

    /// <summary>VMM_IOC_RESETCPU that must succeed.</summary>
    public void Reset(Action<RegisterState> fill) => ExpectReset(0, fill);

    public void ExpectReset(int error, Action<RegisterState>? fill = null)
    {
        Struct argument = Structs.Reset(Id, out RegisterState registers);
        (fill ?? (state => state.SetRealMode()))(registers);
        Expect(error, Revision.ResetCpu, argument);
    }

    /// <summary>Unmaps what the device has put into this process.</summary>
    public void UnmapGiven()
    {
        for (int range = 0; Revision.IsNewer && range < Ranges.Count; range++)
        {
            if (AddressOf(range) != 0)
            {
                new ClientMemory(AddressOf(range), Ranges[range].Size).Dispose();
            }
        }
    }
}
