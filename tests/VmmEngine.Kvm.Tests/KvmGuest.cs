using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>A small VM on KVM: 64 KiB of memory at 0, code at 0x1000 in real mode.</summary>
internal sealed unsafe class KvmGuest : IDisposable
{
    public const ushort Start = 0x1000;
    public const int MemorySize = 0x1_0000;

    private readonly VmLockMemory _locks;
    private readonly void* _memory = NativeMemory.AlignedAlloc(MemorySize, 4096);

    /// <summary>Every vCPU begins at <see cref="Start"/>.</summary>
    public KvmGuest(byte[] code, bool kernelIrqchip = false, int vcpus = 1)
    {
        _locks = new VmLockMemory((uint)vcpus);
        Backend = new KvmBackendFactory(new KvmOptions { KernelIrqchip = kernelIrqchip }).Create(new BackendRequest(_locks));
        _locks.Locks->Kick = Backend.Kick;
        NativeMemory.Clear(_memory, MemorySize);
        code.CopyTo(Memory[Start..]);
        Assert.Equal(0, Backend.Map(new Gpa(0), new Hva((nuint)_memory), MemorySize, MemoryProtection.All));
        for (int id = 0; id < vcpus; id++)
        {
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref Locks, id, out Vcpu* vcpu);
            Assert.Equal(0, Backend.Prepare(vcpu));
            Begin(id);
        }
    }

    public VmBackend Backend { get; }

    public DeviceBus Bus { get; } = new();

    public ref VmLocks Locks => ref *_locks.Locks;

    public Span<byte> Memory => new(_memory, MemorySize);

    public Vcpu* Vcpu => At(0);

    public Vcpu* At(int id) => _locks.Locks->Vcpus + id;

    public RunResult Run(RunFlags flags = RunFlags.None) => Run(out _, flags);

    public RunResult Run(out VcpuExit exit, RunFlags flags = RunFlags.None, int vcpu = 0)
    {
        RunResult result = Backend.Run(At(vcpu), new RunContext(Bus, flags, 0), out VcpuExit* where);
        exit = *where;
        return result;
    }

    /// <summary>Runs to the next exit, which must be one for the caller.</summary>
    public VcpuExit Exit(RunFlags flags = RunFlags.ReturnOnHalt)
    {
        Assert.Equal(RunResult.Exit, Run(out VcpuExit exit, flags));
        return exit;
    }

    /// <summary>The exit as the back end has it, to answer it.</summary>
    public VcpuExit* ExitAddress => &((KvmVcpuState*)Vcpu->Backend)->Exit;

    public CpuRegisters Registers(RegisterGroups groups = RegisterGroups.All)
    {
        CpuRegisters registers = default;
        Assert.Equal(0, Backend.ReadRegisters(Vcpu, groups, ref registers));
        return registers;
    }

    /// <summary>A general register by its number in instructions.</summary>
    public ulong General(int number)
    {
        CpuRegisters registers = Registers(RegisterGroups.General);
        return registers.General[number];
    }

    public void Write(RegisterGroups groups, CpuRegisters registers) => Assert.Equal(0, Backend.WriteRegisters(Vcpu, groups, in registers));

    /// <summary>Puts a vCPU at <see cref="Start"/> in real mode, segments at 0.</summary>
    public void Begin(int id)
    {
        CpuRegisters registers = default;
        Assert.Equal(0, Backend.ReadRegisters(At(id), RegisterGroups.System | RegisterGroups.General, ref registers));
        registers.Cs.Base = 0;
        registers.Cs.Selector = 0;
        registers.Rip = Start;
        registers.General[4] = 0x8000;
        Assert.Equal(0, Backend.WriteRegisters(At(id), RegisterGroups.System | RegisterGroups.General, in registers));
    }

    /// <summary>Makes vCPU 0 a 32-bit one with flat segments, no paging and no interrupt gates.</summary>
    public void EnterProtectedMode()
    {
        const uint code = 0xC09B;
        const uint data = 0xC093;
        CpuRegisters registers = Registers(RegisterGroups.System);
        registers.Cr0 |= 1;
        registers.Cs = new SegmentRegister { Limit = uint.MaxValue, Selector = 8, Access = code };
        registers.Ds = registers.Es = registers.Fs = registers.Gs = registers.Ss = new SegmentRegister { Limit = uint.MaxValue, Selector = 16, Access = data };
        registers.Idtr = default;
        Write(RegisterGroups.System, registers);
    }

    public void Dispose()
    {
        Backend.Dispose();
        NativeMemory.AlignedFree(_memory);
    }
}
