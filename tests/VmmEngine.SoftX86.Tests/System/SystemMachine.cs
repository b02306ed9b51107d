using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Memory;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>
/// A vCPU with 4 MiB of memory and usual tables, that executes one instruction at a time through the instruction tables: no translator, no loop.
/// </summary>
internal sealed unsafe class SystemMachine : IDisposable
{
    public const uint Gdt = 0x1000, Idt = 0x2000, Ldt = 0x3000, Tss = 0x4000, OtherTss = 0x5000, PageTables = 0x6000;
    public const uint Code = 0x1_0000, Handler = 0x1_8000, InnerStack = 0x2_8000, OuterStack = 0x3_8000, IstStack = 0x4_8008, Data = 0x5_0000;
    private const int RamBytes = 4 << 20;

    private readonly PhysicalMap* _map = PhysicalMap.Create();
    private readonly CodeMap* _code = CodeMap.Create(1);
    private readonly byte* _ram;
    private readonly VcpuCounters* _counters = (VcpuCounters*)NativeMemory.AllocZeroed((nuint)sizeof(VcpuCounters));
    private readonly LocalApicWords* _apic = (LocalApicWords*)NativeMemory.AllocZeroed((nuint)sizeof(LocalApicWords));
    private readonly MicroOp* _ops = (MicroOp*)NativeMemory.AllocZeroed(16, (nuint)sizeof(MicroOp));

    private SystemMachine()
    {
        Cpu = (Cpu*)NativeMemory.AlignedAlloc((nuint)sizeof(Cpu), 128);
        NativeMemory.Clear(Cpu, (nuint)sizeof(Cpu));
        Cpu->Exit = (VcpuExit*)NativeMemory.AllocZeroed((nuint)sizeof(VcpuExit));
        Cpu->Translator.Map = _code;
        Cpu->Translator.Bit = 1;
        Cpu->Translator.CountsTime = 1;
        Cpu->FlagsMiss = &LazyFlags.Miss;
        Cpu->System = new SystemState { AcknowledgeInterrupt = &Acknowledge, Apic = _apic, Counters = _counters, VcpuCount = 1, ThreadsPerCore = 1 };
        Assert.True(Mmu.Create(Cpu, _map));
        _ram = (byte*)NativeMemory.AlignedAlloc(RamBytes, 4096);
        NativeMemory.Clear(_ram, RamBytes);
        Assert.Equal(0, PhysicalMap.Map(_map, 0, _ram, RamBytes, MemoryProtection.All));
        Reset.PowerOn(Cpu);
        Mmu.FlushAll(Cpu);
        Cpu->Gdtr = new DescriptorTable { Base = Gdt, Limit = Selectors.TableLimit };
        Cpu->Idtr = new DescriptorTable { Base = Idt, Limit = 0xFFF };
        Cpu->Rflags |= FlagBits.Interrupt;
    }

    public Cpu* Cpu { get; }

    public Span<byte> Ram => new(_ram, RamBytes);

    public ref ulong this[int register] => ref Cpu->General[register];

    public ref ulong Rsp => ref Cpu->General[RegisterIndex.Rsp];

    /// <summary>Selector of a segment register.</summary>
    public ushort Selector(int segment) => Cpu->Segments[segment].Selector;

    /// <summary>Real mode at 1000:0000, stack at 2000:8000.</summary>
    public static SystemMachine Real()
    {
        SystemMachine machine = new();
        SegmentLoads.LoadReal(machine.Cpu, SegmentIndex.Cs, 0x1000);
        SegmentLoads.LoadReal(machine.Cpu, SegmentIndex.Ss, 0x2000);
        machine.Rsp = 0x8000;
        machine.Cpu->Rip = 0;
        machine.Cpu->Idtr = new DescriptorTable { Limit = 0x3FF };
        Modes.Update(machine.Cpu);
        return machine;
    }

    /// <summary>32-bit protected mode without paging.</summary>
    public static SystemMachine Protected(uint privilege = 0)
    {
        SystemMachine machine = new();
        Selectors.WriteTable(machine, wide: false);
        machine.Cpu->Cr0 = Cr0Bits.ProtectionEnable | Cr0Bits.ExtensionType;
        machine.Start(privilege, privilege == 0 ? Selectors.Code32 : Selectors.UserCode32);
        machine.LoadTask(Selectors.Tss, 0x67);
        machine.Write32(Tss + 4, InnerStack);
        machine.Write16(Tss + 8, Selectors.Data);
        return machine;
    }

    /// <summary>Long mode with the lowest 4 MiB mapped one to one, 64-bit code.</summary>
    public static SystemMachine Long(uint privilege = 0)
    {
        SystemMachine machine = new();
        Selectors.WriteTable(machine, wide: true);
        machine.Write64(PageTables, (PageTables + 0x1000) | 7);
        machine.Write64(PageTables + 0x1000, (PageTables + 0x2000) | 7);
        machine.Write64(PageTables + 0x2000, 0x87);
        machine.Write64(PageTables + 0x2008, 0x20_0087);
        machine.Cpu->Cr0 = Cr0Bits.ProtectionEnable | Cr0Bits.ExtensionType | Cr0Bits.Paging;
        machine.Cpu->Cr4 = Cr4Bits.PhysicalAddressExtension;
        machine.Cpu->Cr3 = PageTables;
        machine.Cpu->Efer = EferBits.LongModeEnable | EferBits.LongModeActive | EferBits.SystemCall;
        Mmu.StateReplaced(machine.Cpu);
        machine.Start(privilege, privilege == 0 ? Selectors.Code64 : Selectors.UserCode64);
        machine.LoadTask(Selectors.Tss, 0x67);
        machine.Write64(Tss + 4, InnerStack);
        machine.Write64(Tss + 36, IstStack);
        return machine;
    }

    /// <summary>Virtual-8086 mode at 1000:0000 under the tables of <see cref="Protected"/>.</summary>
    public static SystemMachine Virtual8086(uint ioPrivilege = 3)
    {
        SystemMachine machine = Protected();
        for (int i = 0; i < 6; i++)
        {
            machine.Cpu->Segments[i] = SegmentLoads.Virtual8086((ushort)(0x1000 * (i + 1)));
        }

        machine.Cpu->Segments[SegmentIndex.Cs] = SegmentLoads.Virtual8086(0x1000);
        machine.Cpu->Rip = 0;
        machine.Rsp = 0x8000;
        machine.Cpu->Rflags |= FlagBits.Virtual8086 | (ioPrivilege << FlagBits.IoPrivilegeShift);
        Modes.Update(machine.Cpu);
        return machine;
    }

    public ushort Read16(uint address) => BitConverter.ToUInt16(Ram[(int)address..]);

    public uint Read32(uint address) => BitConverter.ToUInt32(Ram[(int)address..]);

    public ulong Read64(uint address) => BitConverter.ToUInt64(Ram[(int)address..]);

    public void Write16(uint address, ushort value) => BitConverter.TryWriteBytes(Ram[(int)address..], value);

    public void Write32(uint address, uint value) => BitConverter.TryWriteBytes(Ram[(int)address..], value);

    public void Write64(uint address, ulong value) => BitConverter.TryWriteBytes(Ram[(int)address..], value);

    public void Describe(ushort selector, ulong descriptor) => Write64(Gdt + (selector & 0xFFF8u), descriptor);

    /// <summary>Writes an 8-byte gate.</summary>
    public void Gate(byte vector, uint type, ushort selector, uint offset, uint privilege = 0, bool present = true) =>
        Write64(Idt + (vector * 8u), Descriptors.Gate(type, selector, offset, privilege, present));

    /// <summary>Writes a 16-byte gate.</summary>
    public void LongGate(byte vector, uint type, ushort selector, ulong offset, uint privilege = 0, bool present = true, uint ist = 0)
    {
        Write64(Idt + (vector * 16u), Descriptors.Gate(type, selector, (uint)offset, privilege, present) | ((ulong)ist << 32));
        Write64(Idt + (vector * 16u) + 8, offset >> 32);
    }

    /// <summary>Executes one instruction.</summary>
    /// <returns>How it ended; <see cref="Step.Next"/> if RIP would simply go on.</returns>
    public Step Execute(params byte[] code)
    {
        int bitness = Cpu->Mode switch
        {
            CpuMode.Long64 => 64,
            CpuMode.Protected32 or CpuMode.Compatibility32 => 32,
            _ => 16,
        };
        Instruction instruction = Decoder.Create(bitness, code, Cpu->Rip).Decode();
        Assert.Equal(code.Length, instruction.Length);
        FormContext context = new()
        {
            Mode = Cpu->Mode,
            FlatData = Cpu->Mode == CpuMode.Long64,
            StackSize = (byte)(bitness == 64 ? 8 : (Cpu->Segments[SegmentIndex.Ss].Access & AccessBits.Big) != 0 ? 4 : 2),
            BlockRip = Cpu->Rip,
        };
        NativeMemory.Clear(_ops, (nuint)(16 * sizeof(MicroOp)));
        int count = Forms.Emit(in instruction, in context, StatusFlags.All, _ops);
        Assert.True(count > 0, $"No form covers {instruction}.");
        _ops[count].Handler = &Stop;
        Cpu->BlockRip = Cpu->Rip;
        Cpu->Outcome = Step.Next;
        _ops->Handler(Cpu, _ops);
        return Cpu->Outcome;
    }

    /// <summary>Executes an instruction that must end in a fault.</summary>
    /// <returns>Its vector, and its error code or -1.</returns>
    public (byte Vector, long Error) Fault(params byte[] code)
    {
        Assert.Equal(Step.Fault, Execute(code));
        return LastFault();
    }

    public (byte Vector, long Error) LastFault() =>
        (Cpu->Exception.Vector, Cpu->Exception.HasErrorCode != 0 ? Cpu->Exception.ErrorCode : -1);

    /// <summary>Delivers a fault of the processor.</summary>
    public Step Raise(byte vector, uint? error = null)
    {
        if (error is { } code)
        {
            Faults.Raise(Cpu, vector, code);
        }
        else
        {
            Faults.Raise(Cpu, vector);
        }

        return Exceptions.Deliver(Cpu);
    }

    /// <summary>Finishes the instruction of the last exit.</summary>
    public Step Complete()
    {
        delegate*<Cpu*, Step> completion = Cpu->Completion;
        Assert.True(completion != null);
        Cpu->Completion = null;
        return completion(Cpu);
    }

    public void Dispose()
    {
        Mmu.Destroy(Cpu);
        PhysicalMap.Free(_map);
        CodeMap.Destroy(_code);
        NativeMemory.AlignedFree(_ram);
        NativeMemory.Free(_ops);
        NativeMemory.Free(_counters);
        NativeMemory.Free(_apic);
        NativeMemory.Free(Cpu->Exit);
        NativeMemory.AlignedFree(Cpu);
    }

    private static void Stop(Cpu* cpu, MicroOp* op)
    {
    }

    private static int Acknowledge(Cpu* cpu) => 0x20;

    private void Start(uint privilege, ushort code)
    {
        ushort data = privilege == 0 ? Selectors.Data : Selectors.UserData;
        for (int i = 0; i < 6; i++)
        {
            ushort selector = i == SegmentIndex.Cs ? code : data;
            Cpu->Segments[i] = new Descriptor(Read64(Gdt + (selector & 0xFFF8u))).ToRegister(selector);
        }

        Cpu->Rip = Code;
        Rsp = privilege == 0 ? InnerStack : OuterStack;
        Modes.Update(Cpu);
        Assert.Equal(privilege, Cpu->Cpl);
    }

    private void LoadTask(ushort selector, uint limit) => Cpu->Segments[SegmentIndex.Tr] = new SegmentRegister
    {
        Base = Tss,
        Limit = limit,
        Access = AccessBits.Present | SystemTypes.BusyTss32,
        Selector = selector,
    };
}
