using Iced.Intel;
using VmmEngine.Backends;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>DR0 to DR3 and DR7: what each kind of breakpoint stops, where, and what it does not stop.</summary>
public sealed unsafe class BreakpointTests
{
    private const ulong Execution = 0;
    private const ulong Write = 1;
    private const ulong Port = 2;
    private const ulong ReadOrWrite = 3;
    private const ulong One = 0;
    private const ulong Eight = 2;
    private const ulong Four = 3;
    private const ulong ResumeFlag = 1 << 16;
    private const int Debug = 1;
    private const int R15 = 15;

    [Fact]
    public void AnInstructionIsStoppedBeforeItHappens()
    {
        using SoftMachine machine = new();
        machine.Load(Assemble(c =>
        {
            c.mov(eax, 1);
            c.mov(eax, 2);
            c.hlt();
        }));
        Arm(machine, 2, SoftMachine.Code + 5, Execution, One);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal((Debug, 1ul), (machine.Caught(), machine.General(0)));
        Assert.Equal(SoftMachine.Code + 5, Frame(machine)[0]);
        Assert.NotEqual(0ul, Frame(machine)[2] & ResumeFlag);
        Assert.Equal(4ul, machine.Registers().Dr6 & 15);
    }

    [Fact]
    public void AHandlerReturnsToTheStoppedInstructionWhichIsStoppedAgainTheNextTime()
    {
        using SoftMachine machine = new();
        CountDebugExceptions(machine);
        ulong stopped = 0;
        machine.Load(Assemble(c =>
        {
            Label again = c.CreateLabel();
            c.mov(ecx, 3);
            c.Label(ref again);
            stopped = SoftMachine.Code + 5;
            c.inc(eax);
            c.dec(ecx);
            c.jne(again);
            c.hlt();
        }));
        Arm(machine, 0, stopped, Execution, One);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal((3ul, 3ul), (machine.General(R15), machine.General(0)));
        Assert.Equal(0ul, machine.Registers().Rflags & ResumeFlag);
    }

    [Fact]
    public void ARepeatedInstructionIsStoppedOnceThoughItIsInterrupted()
    {
        using SoftMachine machine = new();
        CountDebugExceptions(machine);
        machine.Load([0xF3, 0xAA, 0xF4]); // rep stosb; hlt
        CpuRegisters registers = machine.Registers();
        (registers.General[1], registers.General[7]) = (5, SoftMachine.Data);
        machine.Write(RegisterGroups.General, in registers);
        Arm(machine, 0, SoftMachine.Code, Execution, One);

        while (machine.Run(budget: 1) == RunResult.Bogus)
        {
        }

        Assert.Equal((1ul, 0ul), (machine.General(R15), machine.General(1)));
    }

    [Theory]
    [InlineData(Write, 4, true, true)]
    [InlineData(Write, 4, false, false)]
    [InlineData(ReadOrWrite, 4, false, true)]
    [InlineData(ReadOrWrite, 4, true, true)]
    [InlineData(Write, 3, true, true)] // the last byte of the access
    [InlineData(Write, 0, true, false)] // right before
    [InlineData(Write, 8, true, false)] // right behind
    public void AnAccessIsFollowedByATrapIfItTouchesWatchedBytes(ulong condition, int offset, bool writes, bool traps)
    {
        using SoftMachine machine = new();
        machine.Load(Assemble(c =>
        {
            c.mov(rbx, SoftMachine.Data + (ulong)offset);
            if (writes)
            {
                c.mov(__dword_ptr[rbx], 7);
            }
            else
            {
                c.mov(eax, __dword_ptr[rbx]);
            }

            c.mov(ecx, 1);
            c.hlt();
        }));
        Arm(machine, 1, SoftMachine.Data + 4, condition, Four);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(traps ? Debug : -1, machine.Caught());
        Assert.Equal(traps ? 0ul : 1, machine.General(1));
        Assert.Equal(traps ? 2ul : 0, machine.Registers().Dr6 & 15);
        Assert.Equal(writes ? 7 : 0, *(int*)(machine.Memory + SoftMachine.Data + offset));
    }

    [Fact]
    public void AWatchedPageIsWatchedAlsoIfItWasInUseAndIsOrdinaryAfterwards()
    {
        using SoftMachine machine = new();
        CountDebugExceptions(machine);
        machine.Load(Assemble(c =>
        {
            c.mov(rbx, SoftMachine.Data);
            c.mov(__qword_ptr[rbx], rax); // now the translation is known
            c.mov(rax, SoftMachine.Data);
            c.mov(dr0, rax);
            c.mov(eax, (uint)(1 | (Write << 16) | (Eight << 18)));
            c.mov(dr7, rax);
            c.mov(__byte_ptr[rbx + 7], 1);
            c.mov(__byte_ptr[rbx + 8], 1);
            c.xor(eax, eax);
            c.mov(dr7, rax);
            c.mov(__byte_ptr[rbx], 1);
            c.hlt();
        }));

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(1ul, machine.General(R15));
    }

    [Theory]
    [InlineData(0xA4, 2ul)] // movsb: two elements are left when the third one of five has met the byte
    [InlineData(0xAA, 2ul)] // stosb
    [InlineData(0xAC, 5ul)] // lodsb only reads
    public void AStringInstructionStopsBehindTheElementThatWasWatched(byte opcode, ulong left)
    {
        using SoftMachine machine = new();
        machine.Load([0xF3, opcode, 0xF4]);
        CpuRegisters registers = machine.Registers();
        (registers.General[1], registers.General[6], registers.General[7]) = (5, SoftMachine.Data, SoftMachine.Data + 0x1000);
        machine.Write(RegisterGroups.General, in registers);
        Arm(machine, 3, SoftMachine.Data + 0x1002, Write, One);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal((opcode == 0xAC ? -1 : Debug, opcode == 0xAC ? 0 : left), (machine.Caught(), machine.General(1)));
    }

    [Fact]
    public void AnAccessAcrossAPageBorderIsWatchedOnBothSides()
    {
        using SoftMachine machine = new();
        CountDebugExceptions(machine);
        machine.Load(Assemble(c =>
        {
            c.mov(rbx, SoftMachine.Data + 0xFFC);
            c.mov(__qword_ptr[rbx], rax);
            c.@lock.inc(__qword_ptr[rbx]);
            c.push(rax);
            c.hlt();
        }));
        Arm(machine, 0, SoftMachine.Data + 0x1003, Write, One);
        Arm(machine, 1, SoftMachine.StackTop - 8, Write, Eight, keep: true);

        Assert.Equal(RunResult.Halted, machine.Run());

        // Of the stack: the frames of the first two, and the PUSH.
        Assert.Equal(5ul, machine.General(R15));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void APortIsWatchedIfTheExtensionIsOn(bool extension)
    {
        using SoftMachine machine = new();
        machine.Load([0xE6, 0x42, 0xF4]); // out 42h,al; hlt
        if (extension)
        {
            CpuRegisters registers = machine.Registers();
            registers.Cr4 |= 8;
            machine.Write(RegisterGroups.System, in registers);
        }

        Arm(machine, 0, 0x40, Port, Four);
        Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
        Assert.Equal(ExitReason.PortOut, exit.Reason);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(extension ? Debug : -1, machine.Caught());
    }

    [Fact]
    public void AFaultingInstructionHasMetNothing()
    {
        using SoftMachine machine = new();
        machine.Load(Assemble(c =>
        {
            c.mov(rsi, SoftMachine.Data);
            c.mov(rdi, SoftMachine.MappedEnd);
            c.movsb();
            c.hlt();
        }));
        Arm(machine, 0, SoftMachine.Data, ReadOrWrite, One);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(14, machine.Caught());
        Assert.Equal(0ul, machine.Registers().Dr6 & 15);
    }

    [Fact]
    public void GeneralDetectStopsTheNextAccessToADebugRegisterAndIsOffInTheHandler()
    {
        using SoftMachine machine = new();
        machine.Load(Assemble(c =>
        {
            c.mov(eax, 1 << 13);
            c.mov(dr7, rax);
            c.mov(rbx, dr0);
            c.hlt();
        }));

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(Debug, machine.Caught());
        CpuRegisters registers = machine.Registers();
        Assert.Equal((1ul << 13, 0ul), (registers.Dr6 & (1 << 13), registers.Dr7 & (1 << 13)));
        Assert.Equal(SoftMachine.Code + 8, Frame(machine)[0]);
    }

    [Theory]
    [InlineData(false, 6ul)]
    [InlineData(true, 5ul)]
    public void LoadingTheStackSegmentHoldsTheTrapBack(bool stack, ulong traps)
    {
        using SoftMachine machine = new();
        CountDebugExceptions(machine);
        machine.Load(Assemble(c =>
        {
            c.mov(eax, 0x10);
            c.push(0x102);
            c.popfq();
            c.mov(stack ? ss : ds, eax);
            c.nop();
            c.nop();
            c.pushfq();
            c.and(__dword_ptr[rsp], ~0x100);
            c.popfq();
            c.hlt();
        }));

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(traps, machine.General(R15));
    }

    [Fact]
    public void AWatchedStackSegmentIsReportedBehindTheNextInstruction()
    {
        using SoftMachine machine = new();
        machine.Memory[SoftMachine.Data] = 0x10;
        machine.Load(Assemble(c =>
        {
            c.mov(rbx, SoftMachine.Data);
            c.mov(ss, __word_ptr[rbx]);
            c.mov(eax, 1);
            c.mov(eax, 2);
            c.hlt();
        }));
        Arm(machine, 0, SoftMachine.Data, ReadOrWrite, One);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal((Debug, 1ul), (machine.Caught(), machine.General(0)));
    }

    [Fact]
    public void WithoutBreakpointsNobodyLooks()
    {
        using SoftMachine machine = new();
        Arm(machine, 0, SoftMachine.Code, Execution, One);
        Assert.Equal(OneByOne.Breakpoints, machine.CpuOf()->Translator.OneByOne);
        CpuRegisters registers = machine.Registers();
        registers.Dr7 = 0x400;
        machine.Write(RegisterGroups.Debug, in registers);
        Assert.Equal(OneByOne.None, machine.CpuOf()->Translator.OneByOne);
    }

    private static byte[] Assemble(Action<Assembler> program)
    {
        Assembler assembler = new(64);
        program(assembler);
        using MemoryStream stream = new();
        assembler.Assemble(new StreamCodeWriter(stream), SoftMachine.Code);
        return stream.ToArray();
    }

    private static void Arm(SoftMachine machine, int number, ulong address, ulong condition, ulong length, bool keep = false)
    {
        CpuRegisters registers = machine.Registers();
        (&registers.Dr0)[number] = address;
        ulong control = (1ul << (2 * number)) | (condition << (16 + (4 * number))) | (length << (18 + (4 * number)));
        registers.Dr7 = (keep ? registers.Dr7 : 0x400) | control;
        machine.Write(RegisterGroups.Debug, in registers);
    }

    // inc r15; iretq
    private static void CountDebugExceptions(SoftMachine machine) =>
        machine.Load([0x49, 0xFF, 0xC7, 0x48, 0xCF], SoftMachine.Handlers + (16 * Debug));

    // RIP, CS, RFLAGS ...
    private static ulong* Frame(SoftMachine machine) => (ulong*)(machine.Memory + machine.General(4));
}
