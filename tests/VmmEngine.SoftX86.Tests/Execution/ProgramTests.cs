using Iced.Intel;
using VmmEngine.Backends;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Small programs run to their HLT, with the result and the number of instructions that they must have.</summary>
public sealed unsafe class ProgramTests
{
    [Fact]
    public void ALoopLeavesItsSumAndItsExactInstructionCount()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            Label top = a.CreateLabel();
            a.xor(eax, eax);
            a.mov(ecx, 1000);
            a.Label(ref top);
            a.add(rax, rcx);
            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(500_500ul, machine.General(0));
        Assert.Equal(2 + (3 * 1000) + 1ul, machine.Instructions);
    }

    [Fact]
    public void CallsAndReturnsBalance()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            // fib(15), recursively: 610.
            Label fib = a.CreateLabel();
            Label small = a.CreateLabel();
            a.mov(edi, 15);
            a.call(fib);
            a.hlt();
            a.Label(ref fib);
            a.mov(eax, edi);
            a.cmp(edi, 2);
            a.jb(small);
            a.push(rdi);
            a.dec(edi);
            a.call(fib);
            a.pop(rdi);
            a.push(rax);
            a.sub(edi, 2);
            a.call(fib);
            a.pop(rcx);
            a.add(rax, rcx);
            a.Label(ref small);
            a.ret();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(610ul, machine.General(0));
        Assert.Equal(SoftMachine.StackTop, machine.General(4));
    }

    [Fact]
    public void IndirectJumpsFollowATable()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            Label top = a.CreateLabel();
            Label one = a.CreateLabel();
            Label two = a.CreateLabel();
            Label next = a.CreateLabel();
            a.xor(eax, eax);
            a.mov(ecx, 100);
            a.mov(ebx, (uint)SoftMachine.Data);
            a.lea(rsi, __[one]);
            a.mov(__qword_ptr[rbx], rsi);
            a.lea(rsi, __[two]);
            a.mov(__qword_ptr[rbx + 8], rsi);
            a.Label(ref top);
            a.mov(edx, ecx);
            a.and(edx, 1);
            a.jmp(__qword_ptr[rbx + (rdx * 8)]);
            a.Label(ref one);
            a.inc(rax);
            a.jmp(next);
            a.Label(ref two);
            a.add(rax, 1000);
            a.Label(ref next);
            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(50_050ul, machine.General(0));
    }

    [Fact]
    public void AnInstructionAcrossTwoPagesIsFetchedFromBoth()
    {
        using SoftMachine machine = new();

        // mov rax, imm64 with 3 bytes before the page's end, executed 50 times.
        ulong start = SoftMachine.Code + 0xFFD;
        machine.Load(a => a.jmp(start));
        machine.Load(
            a =>
            {
                Label done = a.CreateLabel();
                a.mov(rax, 0x1122_3344_5566_7788);
                a.dec(ecx);
                a.jz(done);
                a.jmp(start);
                a.Label(ref done);
                a.hlt();
            },
            start);
        CpuRegisters registers = machine.Registers();
        registers.General[1] = 50;
        machine.Write(RegisterGroups.General, in registers);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(0x1122_3344_5566_7788ul, machine.General(0));
        Assert.Equal(1 + (50 * 4) - 1 + 1ul, machine.Instructions);
    }

    [Fact]
    public void OneInstructionBlocksGiveTheSameResult()
    {
        static void Program(Assembler a)
        {
            Label top = a.CreateLabel();
            a.mov(ecx, 77);
            a.mov(ebx, 1);
            a.Label(ref top);
            a.imul(rbx, rbx, 31);
            a.rol(rbx, 7);
            a.xor(rbx, rcx);
            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        }

        using SoftMachine ordinary = new();
        using SoftMachine single = new(new SoftOptions { OneInstructionBlocks = true });
        ordinary.Load(Program);
        single.Load(Program);

        Assert.Equal(RunResult.Halted, ordinary.Run());
        Assert.Equal(RunResult.Halted, single.Run());
        Assert.Equal(ordinary.General(3), single.General(3));
        Assert.Equal(ordinary.Instructions, single.Instructions);
    }

    [Fact]
    public void AHaltedVcpuStaysHaltedUntilAnEvent()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.hlt();
            a.mov(eax, 5);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(1ul, machine.Instructions);
        machine.Vm.InjectNmi(machine.VcpuOf());

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(2, machine.Caught());
    }
}
