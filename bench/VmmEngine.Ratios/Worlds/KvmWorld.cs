using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Kvm;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.Ratios.Worlds;

/// <summary>A VM on KVM whose vCPUs all run one small guest in real mode.</summary>
internal sealed unsafe class KvmWorld : IDisposable
{
    private const int MemorySize = 0x1_0000;
    private const ushort Start = 0x1000;

    private readonly VmLockMemory _locks;
    private readonly void* _memory = NativeMemory.AlignedAlloc(MemorySize, 4096);

    /// <param name="vcpus">How many; they are idle.</param>
    /// <param name="code">What each executes.</param>
    public KvmWorld(int vcpus, ReadOnlySpan<byte> code)
    {
        _locks = new VmLockMemory((uint)vcpus);
        Backend = new KvmBackendFactory(new KvmOptions { KernelIrqchip = false }).Create(new BackendRequest(_locks));
        _locks.Locks->Kick = Backend.Kick;
        NativeMemory.Clear(_memory, MemorySize);
        code.CopyTo(new Span<byte>((byte*)_memory + Start, code.Length));
        Require(Backend.Map(new Gpa(0), new Hva((nuint)_memory), MemorySize, MemoryProtection.All));
        for (int id = 0; id < vcpus; id++)
        {
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref Locks, id, out Vcpu* vcpu);
            Require(Backend.Prepare(vcpu));
            CpuRegisters registers = default;
            Require(Backend.ReadRegisters(vcpu, RegisterGroups.General | RegisterGroups.System, ref registers));
            registers.Cs = registers.Cs with { Base = 0, Selector = 0 };
            registers.Rip = Start;
            registers.General[2] = LoopScript.Ports[0].First; // RDX
            Require(Backend.WriteRegisters(vcpu, RegisterGroups.General | RegisterGroups.System, in registers));
            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
        }
    }

    /// <summary>Why there can be no such VM; null if there can.</summary>
    public static string? Unavailable { get; } = new KvmBackendFactory().Unavailable();

    /// <summary>OUT of AL to the port in DX, for ever.</summary>
    public static ReadOnlySpan<byte> WritePort => [0xEE, 0xEB, 0xFD];

    /// <summary>A jump to itself.</summary>
    public static ReadOnlySpan<byte> Loop => [0xEB, 0xFE];

    public VmBackend Backend { get; }

    public DeviceBus Bus { get; } = new();

    public ref VmLocks Locks => ref *_locks.Locks;

    public Vcpu* Vcpu(int id) => _locks.Locks->Vcpus + id;

    /// <summary>Runs a vCPU that the caller has frozen.</summary>
    public RunResult Run(int id, RunFlags flags = RunFlags.None) => Backend.Run(Vcpu(id), new RunContext(Bus, flags, 0), out _);

    public void Dispose()
    {
        Backend.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private static void Require(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"KVM refuses a part of the benchmark's guest (error {error}).");
        }
    }
}
