using Iced.Intel;
using VmmEngine.Backends;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Faults at every place of a block, and code that cannot be fetched.</summary>
public sealed unsafe class FaultTests
{
    [Fact]
    public void AFaultInMidBlockAccountsExactlyTheCompletedInstructions()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.mov(eax, 1);
            a.mov(ebx, (uint)SoftMachine.MappedEnd);
            a.mov(ecx, 2);
            a.mov(__dword_ptr[rbx], ecx);
            a.mov(eax, 3);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(14, machine.Caught());
        Assert.Equal(1ul, machine.General(0));
        Assert.Equal(SoftMachine.MappedEnd, machine.Registers().Cr2);

        // Three, and the handler's HLT.
        Assert.Equal(4ul, machine.Instructions);
    }

    [Fact]
    public void TheFrameHasTheFaultingInstructionsAddressAndFlags()
    {
        using SoftMachine machine = new();
        machine.Load(
        [
            0xBB, 0x00, 0x00, 0x80, 0x00, // mov ebx, MappedEnd
            0x31, 0xC0,                   // xor eax, eax
            0x83, 0xE8, 0x01,             // sub eax, 1
            0x8A, 0x03,                   // mov al, [rbx]
            0x31, 0xC0,                   // xor eax, eax
            0xF4,                         // hlt
        ]);

        Assert.Equal(RunResult.Halted, machine.Run());
        ulong* frame = (ulong*)(machine.Memory + machine.General(4));
        Assert.Equal(0ul, frame[0]);
        Assert.Equal(SoftMachine.Code + 5 + 2 + 3, frame[1]);

        // SF, PF, AF and CF of 0 - 1, whatever comes behind the fault.
        Assert.Equal(0x95ul | 2, frame[3] & 0x8D7);
    }

    [Fact]
    public void ANonexistentInstructionRaisesUndefinedOpcodeBehindTheOnesBefore()
    {
        using SoftMachine machine = new();
        machine.Load([0xB8, 7, 0, 0, 0, 0x0F, 0x0B]);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(6, machine.Caught());
        Assert.Equal(7ul, machine.General(0));
        Assert.Equal(2ul, machine.Instructions);
    }

    [Fact]
    public void AnUncoveredInstructionIsCounted()
    {
        using SoftMachine machine = new();
        machine.Load([0xC5, 0xF8, 0x77]);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(6, machine.Caught());
        Assert.Equal(1ul, machine.Vm.UncoveredOf(0)[(int)Iced.Intel.Code.VEX_Vzeroupper]);
    }

    [Fact]
    public void AnInstructionOfSixteenBytesIsAProtectionFault()
    {
        using SoftMachine machine = new();
        machine.Load([0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90]);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(13, machine.Caught());
    }

    [Fact]
    public void CodeThatRunsOffTheMappedMemoryFaultsWhereItGotTo()
    {
        using SoftMachine machine = new();
        ulong start = SoftMachine.MappedEnd - 4;
        machine.Load([0x90, 0x90, 0x48, 0x89], start);
        machine.Jump(start);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(14, machine.Caught());
        Assert.Equal(SoftMachine.MappedEnd, machine.Registers().Cr2);
        Assert.Equal(3ul, machine.Instructions);
    }

    [Fact]
    public void TheSecondPageOfAnInstructionIsAskedForOnlyIfItIsExecuted()
    {
        using SoftMachine machine = new();
        ulong start = SoftMachine.MappedEnd - 4;

        // hlt, before an instruction that would cross.
        machine.Load([0x90, 0xF4, 0x48, 0x89], start);
        machine.Jump(start);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(-1, machine.Caught());
    }

    [Fact]
    public void CodeOutsideOfMemoryIsAnExit()
    {
        using SoftMachine machine = new();
        // The last mapped page leads beyond the memory.
        ((ulong*)(machine.Memory + 0xC000 + (3 * 0x1000)))[511] = 0x4000_0000 | 7;

        machine.Jump(SoftMachine.MappedEnd - 0x1000);

        Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
        Assert.Equal(ExitReason.MemoryFault, exit.Reason);
        Assert.Equal(0x4000_0000ul, exit.Address);
    }

    [Fact]
    public void ANoncanonicalAddressIsAProtectionFault()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.mov(rax, 0x8000_0000_0000_0000);
            a.jmp(rax);
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(13, machine.Caught());
    }

    [Fact]
    public void ATripleFaultIsAShutdown()
    {
        using SoftMachine machine = new();
        CpuRegisters registers = machine.Registers();
        registers.Idtr.Limit = 0;
        machine.Write(RegisterGroups.System, in registers);
        machine.Load([0x0F, 0x0B]);

        Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
        Assert.Equal(ExitReason.Shutdown, exit.Reason);
    }

    [Fact]
    public void AnInjectedExceptionArrivesOnce()
    {
        using SoftMachine machine = new();
        machine.Load(a => a.hlt());
        Assert.Equal(0, machine.Vm.InjectException(machine.VcpuOf(), 13, 0x18));
        Assert.Equal(Abi.FreeBsd.Errno.EBUSY, machine.Vm.InjectException(machine.VcpuOf(), 6, null));

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(13, machine.Caught());
    }

    /// <summary>CPUID tells who it is while it is executed, NOP does not; neither is under way any more when the interrupt comes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnInterruptIsNoPartOfAnInstructionBefore(bool identifies)
    {
        using SoftMachine machine = new();
        Loop(machine, identifies);
        Assert.Equal(RunResult.Bogus, machine.Run(budget: 9));
        Assert.Equal(9ul, machine.Instructions);
        machine.Vm.InjectNmi(machine.VcpuOf());

        Assert.Equal(RunResult.Halted, machine.Run());

        // The delivery, and the handler's HLT.
        Assert.Equal(2, machine.Caught());
        Assert.Equal(11ul, machine.Instructions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnInterruptsDeliveryDoesNotWaitForADevice(bool identifies)
    {
        using SoftMachine machine = new();
        ((ulong*)(machine.Memory + 0xC000 + (3 * 0x1000)))[511] = 0x4000_0007;
        Loop(machine, identifies);
        Assert.Equal(RunResult.Bogus, machine.Run(budget: 9));
        CpuRegisters registers = machine.Registers();
        registers.General[4] = SoftMachine.MappedEnd - 0x100;
        machine.Write(RegisterGroups.General, in registers);
        machine.Vm.InjectNmi(machine.VcpuOf());

        Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
        Assert.Equal((ExitReason.Failure, (ulong)MemoryFailure.DeviceInDelivery), (exit.Reason, exit.Detail));
        Assert.Equal(registers.Rip, machine.Registers().Rip);
    }

    private static void Loop(SoftMachine machine, bool identifies) => machine.Load(a =>
    {
        Label top = a.CreateLabel();
        a.Label(ref top);
        a.nop();
        if (identifies)
        {
            a.cpuid();
        }
        else
        {
            a.nop();
        }

        a.jmp(top);
    });

    [Fact]
    public void SingleStepTrapsBehindEachInstruction()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.mov(eax, 1);
            a.mov(eax, 2);
            a.hlt();
        });
        CpuRegisters registers = machine.Registers();
        registers.Rflags |= 1 << 8;
        machine.Write(RegisterGroups.General, in registers);

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(1, machine.Caught());
        Assert.Equal(1ul, machine.General(0));
        Assert.NotEqual(0ul, machine.Registers().Dr6 & (1 << 14));
    }
}
