using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>
/// A software VM with 16 MiB of memory and vCPUs in 64-bit mode: identity mapped in 4 KiB pages up to <see cref="MappedEnd"/>, interrupts off,
/// CPL 0, exception handlers that halt.
/// </summary>
internal sealed unsafe class SoftMachine : IDisposable
{
    public const ulong MemorySize = 16 << 20;

    /// <summary>Where programs begin.</summary>
    public const ulong Code = 0x10_0000;

    /// <summary>Where each vCPU's stack begins, growing down; 64 KiB a vCPU.</summary>
    public const ulong StackTop = 0x20_0000;

    /// <summary>Free for data.</summary>
    public const ulong Data = 0x40_0000;

    /// <summary>Linear addresses from here on are not mapped.</summary>
    public const ulong MappedEnd = 0x80_0000;

    /// <summary>Handlers of exceptions: 16 bytes each, HLT first; RIP tells which one was called.</summary>
    public const ulong Handlers = 0x9000;

    private const ulong PageTables = 0x1000;
    private const ulong Gdt = 0x8000;
    private const ulong Idt = 0xA000;
    private const ulong StackBytes = 0x1_0000;
    private const ulong PageTableFlags = 7;

    private readonly VmLockMemory _locks;

    public SoftMachine(SoftOptions? options = null, uint vcpus = 1)
    {
        Memory = (byte*)NativeMemory.AlignedAlloc((nuint)MemorySize, 4096);
        NativeMemory.Clear(Memory, (nuint)MemorySize);
        _locks = new VmLockMemory(vcpus);
        Vm = (SoftVm)new SoftBackendFactory(options ?? new SoftOptions()).Create(new BackendRequest(_locks));
        _locks.Locks->Kick = Vm.Kick;
        Vm.Map(new Gpa(0), new Hva((nuint)Memory), MemorySize, MemoryProtection.All);
        BuildTables();
        for (uint id = 0; id < vcpus; id++)
        {
            Vcpu* vcpu = VcpuOf(id);
            vcpu->State = (uint)VcpuState.Frozen;
            Assert.Equal(0, Vm.Prepare(vcpu));
            SetUp(id);
        }
    }

    public byte* Memory { get; }

    public SoftVm Vm { get; }

    public DeviceBus Bus { get; } = new();

    public ulong Instructions => Vm.InstructionsOf(0);

    public Vcpu* VcpuOf(uint id = 0) => _locks.Locks->Vcpus + id;

    public Cpu* CpuOf(uint id = 0) => (Cpu*)VcpuOf(id)->Backend;

    /// <summary>Assembles a program and puts it into memory.</summary>
    public void Load(Action<Assembler> program, ulong address = Code)
    {
        var assembler = new Assembler(64);
        program(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        Load(stream.ToArray(), address);
    }

    public void Load(ReadOnlySpan<byte> bytes, ulong address = Code) => bytes.CopyTo(new Span<byte>(Memory + address, bytes.Length));

    public RunResult Run(ulong budget = 0, uint id = 0, RunFlags flags = RunFlags.ReturnOnHalt) => Run(out _, budget, id, flags);

    public RunResult Run(out VcpuExit exit, ulong budget = 0, uint id = 0, RunFlags flags = RunFlags.ReturnOnHalt)
    {
        RunResult result = Vm.Run(VcpuOf(id), new RunContext(Bus, flags, budget), out VcpuExit* where);
        exit = *where;
        return result;
    }

    public void Post(VcpuRequests requests, uint id = 0) => VcpuLocks<ProcessorAtomics>.Post(ref *_locks.Locks, VcpuOf(id), requests);

    public CpuRegisters Registers(uint id = 0)
    {
        CpuRegisters registers = default;
        Assert.Equal(0, Vm.ReadRegisters(VcpuOf(id), RegisterGroups.All, ref registers));
        return registers;
    }

    public void Write(RegisterGroups groups, in CpuRegisters registers, uint id = 0) =>
        Assert.Equal(0, Vm.WriteRegisters(VcpuOf(id), groups, in registers));

    /// <summary>Continues at an address, halted or not.</summary>
    public void Jump(ulong address, uint id = 0)
    {
        Vm.Restart(VcpuOf(id));
        CpuRegisters registers = Registers(id);
        registers.Rip = address;
        Write(RegisterGroups.General, in registers, id);
    }

    /// <summary>RAX RCX RDX RBX RSP RBP RSI RDI ...</summary>
    public ulong General(int index, uint id = 0)
    {
        CpuRegisters registers = Registers(id);
        return registers.General[index];
    }

    /// <summary>The exception whose handler has halted the vCPU, or -1.</summary>
    public int Caught(uint id = 0)
    {
        ulong rip = Registers(id).Rip - 1;
        return rip >= Handlers && rip < Handlers + (32 * 16) ? (int)(rip - Handlers) / 16 : -1;
    }

    public void Dispose()
    {
        Vm.Dispose();
        NativeMemory.AlignedFree(Memory);
    }

    /// <summary>64-bit mode at <see cref="Code"/>.</summary>
    private void SetUp(uint id)
    {
        CpuRegisters registers = Registers(id);
        var data = new SegmentRegister { Selector = 0x10, Limit = uint.MaxValue, Access = 0xC093 };
        registers.Cs = new SegmentRegister { Selector = 0x08, Limit = uint.MaxValue, Access = 0xA09B };
        registers.Ds = registers.Es = registers.Ss = registers.Fs = registers.Gs = data;
        registers.Tr = new SegmentRegister { Selector = 0x18, Base = 0xB000, Limit = 0x67, Access = 0x8B };
        registers.Gdtr = new DescriptorTable { Base = Gdt, Limit = 0x2F };
        registers.Idtr = new DescriptorTable { Base = Idt, Limit = (32 * 16) - 1 };
        registers.Cr0 = 0x8000_0033;
        registers.Cr3 = PageTables;
        registers.Cr4 = 0x620;
        registers.Efer = 0xD00;
        registers.Rip = Code;
        registers.Rflags = 2;
        registers.General[4] = StackTop - (id * StackBytes);
        Write(RegisterGroups.General | RegisterGroups.System, in registers, id);
    }

    private void BuildTables()
    {
        ulong* tables = (ulong*)(Memory + PageTables);
        ulong* directory = tables + 1024;
        tables[0] = (PageTables + 0x1000) | PageTableFlags;
        tables[512] = (PageTables + 0x2000) | PageTableFlags;
        for (ulong table = 0; table < MappedEnd >> 21; table++)
        {
            ulong at = 0xC000 + (table * 0x1000);
            directory[table] = at | PageTableFlags;
            for (ulong page = 0; page < 512; page++)
            {
                ((ulong*)(Memory + at))[page] = (table << 21) | (page << 12) | PageTableFlags;
            }
        }

        ulong* gdt = (ulong*)(Memory + Gdt);
        gdt[1] = 0x00AF_9B00_0000_FFFF;
        gdt[2] = 0x00CF_9300_0000_FFFF;
        gdt[3] = 0x0000_8B00_B000_0067;
        for (ulong vector = 0; vector < 32; vector++)
        {
            ulong handler = Handlers + (vector * 16);
            Memory[handler] = 0xF4;
            ((ulong*)(Memory + Idt))[vector * 2] = (handler & 0xFFFF) | (0x08ul << 16) | (0x8E00ul << 32);
        }
    }
}
