using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>
/// Descriptor tables, task-state segments and stacks full of random bytes. Whatever a guest puts there, an instruction ends, and its end is
/// progress, an exception that is delivered, or an exit.
/// </summary>
public unsafe class HostileTableTests
{
    private const int Rounds = 400;
    private const int InstructionsPerRound = 40;

    private static readonly byte[][] Instructions =
    [
        [0x8E, 0xD8], [0x8E, 0xD0], [0x8E, 0xE8], // mov ds/ss/gs, ax
        [0xCD, 0x21], [0xCC], [0xF1], // int 0x21, int3, int1
        [0xCF], [0x66, 0xCF], [0xCB], [0x66, 0xCB], [0xCA, 0x10, 0x00], // iret, retf
        [0xFF, 0x28], [0xFF, 0x18], // jmp far, call far
        [0x0F, 0x00, 0xD0], [0x0F, 0x00, 0xD8], // lldt, ltr
        [0x0F, 0x02, 0xD8], [0x0F, 0x03, 0xD8], [0x0F, 0x00, 0xE0], // lar, lsl, verr
        [0x0F, 0x22, 0xC3], [0x0F, 0x22, 0xDB], [0x0F, 0x22, 0xE3], // mov cr0/cr3/cr4
        [0x9D], [0x9C], [0xFA], [0xFB], // popf, pushf, cli, sti
        [0x0F, 0x05], [0x0F, 0x07], [0x0F, 0x34], [0x0F, 0x35], // syscall, sysret, sysenter, sysexit
        [0xEC], [0xEE], [0x6C], [0x6E], // in, out, ins, outs
        [0x0F, 0xB5, 0x18], [0x0F, 0x30], [0x0F, 0x32], // lgs, wrmsr, rdmsr
    ];

    [Theory]
    [InlineData(nameof(CpuMode.Real))]
    [InlineData(nameof(CpuMode.Protected32))]
    [InlineData(nameof(CpuMode.Virtual8086))]
    [InlineData(nameof(CpuMode.Long64))]
    public void EveryInstructionEnds(string name)
    {
        CpuMode mode = Enum.Parse<CpuMode>(name);
        Random random = new(20 + (int)mode);
        int[] ends = new int[5];
        for (int round = 0; round < Rounds; round++)
        {
            using SystemMachine machine = Make(mode, random.Next(2) == 0 ? 0u : 3);
            Spoil(machine, random);
            for (int i = 0; i < InstructionsPerRound; i++)
            {
                Step end = Try(machine, random);
                ends[(int)end]++;
                if (end == Step.Exit && machine.Cpu->Exit->Reason == ExitReason.Shutdown)
                {
                    break;
                }
            }
        }

        Assert.True(ends[(int)Step.EndBlock] > Rounds);
        Assert.True(ends[(int)Step.Exit] > 0);
    }

    private static Step Try(SystemMachine machine, Random random)
    {
        for (int register = 0; register < 8; register++)
        {
            machine[register] = random.Next(4) switch
            {
                0 => (ulong)random.Next(0, 0x100),
                1 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                _ => (ulong)random.Next(0x1000, 0x6_0000),
            };
        }

        if (random.Next(4) != 0)
        {
            machine.Rsp = (ulong)random.Next(0x2_0000, 0x4_0000);
        }

        Step step = Refused(machine, machine.Execute(Instructions[random.Next(Instructions.Length)]));
        if (step == Step.Exit && machine.Cpu->Completion != null && machine.Cpu->Exit->Reason is not (ExitReason.MmioRead or ExitReason.MmioWrite))
        {
            machine.Cpu->Exit->Data = (ulong)random.NextInt64();
            step = Refused(machine, machine.Complete());
        }

        if (step == Step.Fault)
        {
            Assert.InRange(machine.Cpu->Exception.Vector, 0, 31);
            machine.Cpu->Current = null;
            step = Exceptions.Deliver(machine.Cpu);
            Assert.True(step is Step.EndBlock or Step.Exit);
        }

        machine.Cpu->Current = null;
        machine.Cpu->Completion = null;
        machine.Cpu->InterruptShadow = Shadow.None;
        machine.Cpu->Events |= (uint)random.Next(4);
        if (step != Step.Exit && Interrupts.TryDeliver(machine.Cpu))
        {
            step = machine.Cpu->Outcome;
            Assert.True(step is Step.EndBlock or Step.Exit);
        }

        Assert.Equal(0u, machine.Cpu->Rflags & ~(FlagBits.All | FlagBits.Fixed));
        Assert.InRange(machine.Cpu->Cpl, 0u, 3u);
        return step;
    }

    /// <summary>A helper that reaches for memory that is not there, or a device, says fault; whether it is one, the MMU says.</summary>
    private static Step Refused(SystemMachine machine, Step step) =>
        step == Step.Fault && Mmu.TakeRefusal(machine.Cpu) == Step.Exit ? Step.Exit : step;

    private static SystemMachine Make(CpuMode mode, uint privilege) => mode switch
    {
        CpuMode.Real => SystemMachine.Real(),
        CpuMode.Virtual8086 => SystemMachine.Virtual8086(),
        CpuMode.Long64 => SystemMachine.Long(privilege),
        _ => SystemMachine.Protected(privilege),
    };

    /// <summary>Random bytes in some of the tables; in the others single wrong ones, which come further.</summary>
    private static void Spoil(SystemMachine machine, Random random)
    {
        for (byte vector = 0; vector < 64; vector++)
        {
            bool usual = random.Next(4) != 0;
            bool isLong = machine.Cpu->Mode == CpuMode.Long64;
            ushort selector = usual ? isLong ? Selectors.Code64 : Selectors.Code32 : (ushort)random.Next(0, Selectors.Beyond);
            uint type = usual ? SystemTypes.InterruptGate32 : (uint)random.Next(4, 16);
            uint privilege = (uint)random.Next(4);
            if (isLong)
            {
                machine.LongGate(vector, type, selector, SystemMachine.Handler, privilege, ist: random.Next(8) == 0 ? 1u : 0);
            }
            else
            {
                machine.Gate(vector, type, selector, SystemMachine.Handler, privilege);
            }
        }

        foreach (uint table in new[] { SystemMachine.Gdt, SystemMachine.Idt, SystemMachine.Ldt, SystemMachine.Tss, SystemMachine.OtherTss })
        {
            if (random.Next(16) == 0)
            {
                random.NextBytes(machine.Ram.Slice((int)table, 0x400));
            }

            for (int i = random.Next(16); i > 0; i--)
            {
                machine.Ram[(int)table + random.Next(0x400)] ^= (byte)(1 << random.Next(8));
            }
        }

        random.NextBytes(machine.Ram.Slice(0x1_0000, 0x4_0000));
        for (int i = 0; i < 0x4_0000; i += 4)
        {
            if (random.Next(2) == 0)
            {
                machine.Write32(0x1_0000 + (uint)i, (uint)random.Next(0, Selectors.Beyond));
            }
        }
    }
}
