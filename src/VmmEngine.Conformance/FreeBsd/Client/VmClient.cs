using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <summary>A program that uses one VM.</summary>
internal sealed partial class VmClient(HostClient host, string name, int descriptor)
{
    public const ulong PageSize = 4096;

    public HostClient Host => host;

    public string Name => name;

    public int Descriptor => descriptor;

    /// <summary>How many vCPU ids there are.</summary>
    public int MaxVcpus => (int)host.Scope.Setup.MaxVcpus;

    public int Ioctl(Command command, Struct? argument) => host.Ioctl(descriptor, command, argument);

    /// <summary>Executes a command and expects an error, or success.</summary>
    public void Expect(int error, Command command, Struct? argument = null) => host.Expect(error, descriptor, command, argument);

    /// <summary>Skips the case on KVM, whose kernel does something in its own way that no client of it can change.</summary>
    public void SkipOnKvm(string way)
    {
        if (host.Scope.Backend == "kvm")
        {
            throw new CaseSkippedException(way);
        }
    }

    /// <summary>Executes a command that must succeed.</summary>
    /// <returns>Its argument.</returns>
    public Struct Do(Command command, Struct argument)
    {
        Expect(0, command, argument);
        return argument;
    }

    public ulong Get(int register, int cpu = 0) => Do(Commands.VM_GET_REGISTER, Structs.Register(cpu, register)).U64(8);

    public void Set(int register, ulong value, int cpu = 0) => Do(Commands.VM_SET_REGISTER, Structs.Register(cpu, register, value));

    public void Activate(int cpu = 0) => Expect(0, Commands.VM_ACTIVATE_CPU, Structs.Int(cpu));

    /// <summary>Makes a system-memory segment and maps it.</summary>
    public void AddMemory(ulong length, ulong gpa = 0, int segment = Structs.SystemMemory, int protection = Structs.ProtAll)
    {
        Do(Commands.VM_ALLOC_MEMSEG, Structs.Segment(segment, length));
        Do(Commands.VM_MMAP_MEMSEG, Structs.Mapping(gpa, segment, length, protection: protection));
    }

    /// <summary>A set of vCPUs: 0 active, 1 suspended, 2 debug-stopped; one bit a vCPU.</summary>
    public ulong CpuSet(int which)
    {
        Struct set = new(128);
        Do(Commands.VM_GET_CPUS, Structs.CpuSet(which, set.Size, set));
        return set.U64(0);
    }

    public void Write(ulong gpa, params ReadOnlySpan<byte> bytes) => ExpectWrite(0, gpa, bytes);

    public void ExpectWrite(int error, ulong gpa, params ReadOnlySpan<byte> bytes) =>
        Expect(error, host.Scope.System.Write(descriptor, (long)gpa, bytes), $"writing {bytes.Length} bytes at 0x{gpa:X}");

    public byte[] Read(ulong gpa, int length) => ExpectRead(0, gpa, length);

    public byte[] ExpectRead(int error, ulong gpa, int length)
    {
        byte[] bytes = new byte[length];
        Expect(error, host.Scope.System.Read(descriptor, (long)gpa, bytes), $"reading {length} bytes at 0x{gpa:X}");
        return bytes;
    }

    public IMappedMemory? ExpectMap(int error, long offset, ulong length, Access access = Access.ReadWrite)
    {
        Expect(error, host.Scope.System.Map(descriptor, offset, length, access, out IMappedMemory? memory), $"mapping {length} bytes at 0x{offset:X}");
        return memory;
    }

    private static void Expect(int error, int seen, string what)
    {
        if (error != seen)
        {
            throw new CaseFailedException(what, Errors.NameOf(error), Errors.NameOf(seen));
        }
    }
}
