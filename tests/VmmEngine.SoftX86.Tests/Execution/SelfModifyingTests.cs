using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Code that changes: by itself, by others, right before it is executed.</summary>
public sealed unsafe class SelfModifyingTests
{
    [Fact]
    public void AnInstructionMayChangeTheVeryNextOne()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            Label next = a.CreateLabel();
            a.mov(__byte_ptr[SoftMachine.Code + 9], 42);
            a.Label(ref next);
            a.mov(eax, 1);
            a.hlt();
        });
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(42ul, machine.General(0));
        Assert.Equal(3ul, machine.Instructions);
    }

    [Fact]
    public void ALoopThatPatchesItselfSeesEachPatch()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            // Adds 0 + 1 + .. + 99 through the immediate of an instruction in the loop.
            Label top = a.CreateLabel();
            Label patched = a.CreateLabel();
            a.xor(eax, eax);
            a.xor(ecx, ecx);
            a.lea(rbx, __[patched]);
            a.Label(ref top);
            a.mov(__byte_ptr[rbx + 1], cl);
            a.Label(ref patched);
            a.mov(edx, 0);
            a.add(eax, edx);
            a.inc(ecx);
            a.cmp(ecx, 100);
            a.jb(top);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(4950ul, machine.General(0));
        Assert.Equal(3 + (6 * 100) + 1ul, machine.Instructions);
    }

    [Fact]
    public void AChainedBlockThatChangesIsNotEnteredThroughItsLink()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            // Two blocks of one page, linked after some rounds; then the second one changes by a write from a third.
            Label first = a.CreateLabel();
            Label second = a.CreateLabel();
            Label done = a.CreateLabel();
            a.xor(eax, eax);
            a.mov(ecx, 20);
            a.lea(rbx, __[second]);
            a.Label(ref first);
            a.dec(ecx);
            a.jz(done);
            a.jmp(second);
            a.nop();
            a.Label(ref second);
            a.mov(edx, 1);
            a.add(eax, edx);
            a.cmp(ecx, 10);
            a.jne(first);
            a.mov(__byte_ptr[rbx + 1], 100);
            a.jmp(first);
            a.Label(ref done);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(10 + (9 * 100ul), machine.General(0));
    }

    [Fact]
    public void AReturnAddressPushedOntoCodeIsHarmless()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            Label callee = a.CreateLabel();
            a.call(callee);
            a.hlt();
            a.Label(ref callee);
            a.mov(eax, 9);
            a.ret();
        });
        CpuRegisters registers = machine.Registers();
        registers.General[4] = SoftMachine.Code + 0x800;
        machine.Write(RegisterGroups.General, in registers);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(9ul, machine.General(0));
    }

    [Fact]
    public void AWriteAcrossTheEndOfACodePageDropsBlocksOfBoth()
    {
        using SoftMachine machine = new();
        ulong second = SoftMachine.Code + 0x1000;

        // At the end of the first page: nop nop, then the second page: mov eax, 1; hlt.
        machine.Load([0x90, 0x90], second - 2);
        machine.Load([0xB8, 1, 0, 0, 0, 0xF4], second);
        machine.Jump(second - 2);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(1ul, machine.General(0));

        // Writes 90 90 | B8 02 over it from elsewhere.
        machine.Load(
            a =>
            {
                a.mov(__dword_ptr[second - 2], 0x02B8_9090);
                a.jmp(second - 2);
            },
            SoftMachine.Code + 0x4000);
        machine.Jump(SoftMachine.Code + 0x4000);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(2ul, machine.General(0));
    }

    [Fact]
    public void AChangeInTheSecondPageOfACrossingInstructionIsSeen()
    {
        using SoftMachine machine = new();
        ulong start = SoftMachine.Code + 0xFFE;
        machine.Load([0xB8, 1, 0, 0, 0, 0xF4], start);
        machine.Jump(start);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(1ul, machine.General(0));

        machine.Load(
            a =>
            {
                a.mov(__byte_ptr[start + 3], 1);
                a.jmp(start);
            },
            SoftMachine.Code + 0x4000);
        machine.Jump(SoftMachine.Code + 0x4000);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(0x1_0001ul, machine.General(0));
    }

    [Fact]
    public void AWriteOfTheHostIsSeen()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.mov(eax, 1);
            a.hlt();
        });
        Assert.Equal(RunResult.Halted, machine.Run());
        machine.Load([0xB8, 2]);
        machine.Vm.MemoryWritten(new Gpa(SoftMachine.Code), 2);
        machine.Jump(SoftMachine.Code);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(2ul, machine.General(0));
    }

    [Fact]
    public void DataBesideCodeIsWrittenWithoutDroppingIt()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            Label top = a.CreateLabel();
            a.mov(ecx, 10_000);
            a.Label(ref top);
            a.add(__qword_ptr[SoftMachine.Code + 0x800], 3);
            a.dec(ecx);
            a.jnz(top);
            a.mov(rax, __qword_ptr[SoftMachine.Code + 0x800]);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(30_000ul, machine.General(0));
        Assert.True(machine.CpuOf()->Translator.Cache->HasCode(SoftMachine.Code));
    }

    [Fact]
    public void ArenaExhaustionForgetsAllAndGoesOn()
    {
        using SoftMachine machine = new(new SoftOptions { ArenaBytes = 1 });
        const int Functions = 2000;
        machine.Load(a =>
        {
            // A chain of jumps over 2000 blocks, three times.
            Label top = a.CreateLabel();
            a.mov(ecx, 3);
            a.Label(ref top);
            for (int i = 0; i < Functions; i++)
            {
                Label next = a.CreateLabel();
                a.inc(rax);
                a.jmp(next);
                a.Label(ref next);
            }

            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(3ul * Functions, machine.General(0));
        Assert.NotEqual(0ul, machine.CpuOf()->Translator.Cache->Flushes);
    }

    [Fact]
    public void OneVcpuSeesWhatAnotherHasWrittenOverItsCode()
    {
        using SoftMachine machine = new(vcpus: 2);
        machine.Load(a =>
        {
            a.mov(eax, 1);
            a.hlt();
        });
        Assert.Equal(RunResult.Halted, machine.Run(id: 0));
        Assert.Equal(1ul, machine.General(0, id: 0));

        ulong writer = SoftMachine.Code + 0x4000;
        machine.Load(
            a =>
            {
                a.mov(__byte_ptr[SoftMachine.Code + 1], 7);
                a.hlt();
            },
            writer);
        machine.Jump(writer, id: 1);
        Assert.Equal(RunResult.Halted, machine.Run(id: 1));

        machine.Jump(SoftMachine.Code, id: 0);
        Assert.Equal(RunResult.Halted, machine.Run(id: 0));
        Assert.Equal(7ul, machine.General(0, id: 0));
    }

    /// <summary>Both on threads of their own: one rewrites a function and publishes a number, the other waits for it and calls.</summary>
    [Fact]
    public void CodeWrittenByAnotherThreadIsCalledAsItWasPublished()
    {
        using SoftMachine machine = new(vcpus: 2);
        const uint Rounds = 3000;
        ulong function = SoftMachine.Code + 0x2000;
        ulong published = SoftMachine.Data;
        ulong answered = SoftMachine.Data + 0x1000;
        machine.Load([0xB8, 0, 0, 0, 0, 0xC3], function);
        machine.Load(a =>
        {
            Label top = a.CreateLabel();
            Label wait = a.CreateLabel();
            a.xor(ecx, ecx);
            a.Label(ref top);
            a.inc(ecx);
            a.mov(__dword_ptr[function + 1], ecx);
            a.mov(__dword_ptr[published], ecx);
            a.Label(ref wait);
            a.cmp(__dword_ptr[answered], ecx);
            a.jne(wait);
            a.cmp(ecx, Rounds);
            a.jb(top);
            a.hlt();
        });
        ulong reader = SoftMachine.Code + 0x4000;
        machine.Load(
            a =>
            {
                Label wait = a.CreateLabel();
                Label wrong = a.CreateLabel();
                a.xor(ebx, ebx);
                a.Label(ref wait);
                a.cmp(__dword_ptr[published], ebx);
                a.je(wait);
                a.inc(ebx);
                a.call(function);
                a.cmp(eax, ebx);
                a.jne(wrong);
                a.mov(__dword_ptr[answered], ebx);
                a.cmp(ebx, Rounds);
                a.jb(wait);
                a.hlt();
                a.Label(ref wrong);
                a.mov(__dword_ptr[answered], unchecked((int)0xFFFF_FFFF));
                a.ud2();
            },
            reader);
        machine.Jump(reader, id: 1);

        RunResult second = default;
        var thread = new Thread(() => second = machine.Run(id: 1));
        thread.Start();
        RunResult first = RunUnlessStuck(machine);
        thread.Join();

        Assert.Equal(RunResult.Halted, first);
        Assert.Equal(RunResult.Halted, second);
        Assert.Equal(-1, machine.Caught(id: 1));
        Assert.Equal((ulong)Rounds, machine.General(3, id: 1));
    }

    // A wrong answer leaves the writer waiting for good: it is told to stop, and the assertions say why.

    /// <summary>05 is ADD EAX, imm32 and a table entry that is present; 25, the same entry once it is accessed, is AND.</summary>
    [Fact]
    public void AnAccessedBitThatLandsInCodeChangesTheCode()
    {
        const ulong table = 0xF000; // of the linear addresses from 6 MiB
        const int entry = 100;
        using SoftMachine machine = new();
        byte[] code =
        [
            0x48, 0x8B, 0x1C, 0x25, 0, 0x40, 0x66, 0, // mov rbx, [600000h + entry * 1000h]
            0x05, 0, 0x40, 0, 0, // add eax, 4000h: the entry, of the page at 400000h
            0, 0, // add [rax], al
            0, 0xC0, // add al, al
            0xF4,
        ];
        machine.Load(code, table + (8 * (entry - 1)));
        CpuRegisters registers = machine.Registers();
        registers.General[0] = SoftMachine.Data;
        registers.Rip = table + (8 * (entry - 1));
        machine.Write(RegisterGroups.General, in registers);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal((-1, 0ul), (machine.Caught(), machine.General(0)));
    }

    private static RunResult RunUnlessStuck(SoftMachine machine)
    {
        using var watchdog = new Timer(
            _ =>
            {
                machine.Post(Locks.VcpuRequests.Idle, 0);
                machine.Post(Locks.VcpuRequests.Idle, 1);
            },
            null,
            TimeSpan.FromSeconds(60),
            Timeout.InfiniteTimeSpan);
        return machine.Run(id: 0);
    }
}
