using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.OpenBsd.Client;

/// <summary>A program of one revision with the device open: the superuser's, with nothing promised, unless it says otherwise.</summary>
internal sealed class VmmClient : DeviceClient, IDisposable
{
    public const string Path = "/dev/vmm";
    public const ulong PageSize = 4096;

    private readonly List<Guest> _guests = [];
    private readonly List<IDisposable> _memory = [];

    public VmmClient(CaseScope scope, Revision revision)
        : base(scope)
    {
        Revision = revision;
        Device = Open(Path);
    }

    public Revision Revision { get; }

    /// <summary>The superuser's descriptor.</summary>
    public int Device { get; }

    /// <summary>The machine, if it can be put to sleep; else the case is skipped.</summary>
    public ISuspendable Machine => Scope.System as ISuspendable ?? throw new CaseSkippedException("This system's machine cannot be put to sleep by its client.");

    public int Ioctl(Command command, Struct? argument) => Ioctl(Device, command, argument);

    /// <summary>Executes a command and expects an error, or success.</summary>
    public Struct Expect(int error, Command command, Struct argument)
    {
        Expect(error, Device, command, argument);
        return argument;
    }

    /// <summary>Executes a command that must succeed.</summary>
    public Struct Do(Command command, Struct argument) => Expect(0, command, argument);

    /// <summary>Fresh memory of this process, unmapped at the case's end.</summary>
    public ClientMemory Allocate(ulong length) => Keep(ClientMemory.Allocate(length));

    /// <summary>Unmaps memory at the case's end.</summary>
    public ClientMemory Keep(ClientMemory memory)
    {
        _memory.Add(memory);
        return memory;
    }

    /// <summary>Ranges with memory of this process behind those that need some.</summary>
    public MemoryRange[] Backed(params IEnumerable<MemoryRange> ranges) =>
        [.. ranges.Select(range => Revision.IsNewer ? range : range with { Client = Allocate(range.Size).Address })];

    /// <summary>Creates a VM, on any descriptor; its end is the case's.</summary>
    public Guest Create(IReadOnlyList<MemoryRange> ranges, string name = "", int? descriptor = null)
    {
        Struct argument = Structs.Create(Revision, ranges, name: name);
        Expect(0, descriptor ?? Device, Revision.Create, argument);
        Guest guest = new(this, argument.U32(Revision.CreatedId), ranges, argument);
        _guests.Add(guest);
        return guest;
    }

    /// <summary>Creates a VM of 1 MiB at 0 with a page of device memory behind it.</summary>
    public Guest CreateUsual(string name = "", int? descriptor = null) =>
        Create([.. Backed(new MemoryRange(0, GuestCode.MemorySize)), Guest.DeviceMemory with { Client = PageSize }], name, descriptor);

    /// <summary>Expects a creation to end with an error.</summary>
    public void ExpectCreate(int error, IReadOnlyList<MemoryRange> ranges, ulong vcpus = 1) => Expect(error, Revision.Create, Structs.Create(Revision, ranges, vcpus));

    /// <summary>What VMM_IOC_INFO says, the newest first.</summary>
    public VmRecord[] Report()
    {
        Struct room = new(VmRecord.Size * 64);
        Struct info = Do(Revision.Info, Structs.Info((ulong)room.Size, room));
        return [.. Enumerable.Range(0, (int)info.U64(8)).Select(index => new VmRecord(room, index * VmRecord.Size))];
    }

    /// <summary>Ends what is left, and unmaps. What is open is closed with the system.</summary>
    public void Dispose()
    {
        foreach (Guest guest in _guests)
        {
            Ioctl(Revision.Terminate, Structs.Terminate(guest.Id));
            guest.UnmapGiven();
        }

        foreach (IDisposable memory in _memory)
        {
            memory.Dispose();
        }
    }
}
