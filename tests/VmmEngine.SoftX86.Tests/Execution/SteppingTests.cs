using Iced.Intel;
using VmmEngine.Backends;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>What a client's single steps stop at.</summary>
public sealed unsafe class SteppingTests
{
    [Fact]
    public void EveryInstructionEveryElementAndEveryDeliveryIsAStep()
    {
        using SoftMachine machine = new();
        machine.Load(
        [
            0xB9, 2, 0, 0, 0, // mov ecx, 2
            0xBF, 0, 0, 0x40, 0, // mov edi, Data
            0xF3, 0xAA, // rep stosb
            0x0F, 0x0B, // ud2
        ]);
        Assert.Equal(0, machine.Vm.Control(machine.VcpuOf(), ExitControls.SingleStep));
        foreach (ulong rip in new[] { SoftMachine.Code + 5, SoftMachine.Code + 10, SoftMachine.Code + 10, SoftMachine.Code + 12, SoftMachine.Handlers + (6 * 16) })
        {
            Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
            Assert.Equal((ExitReason.Debug, 1ul << 14, rip), (exit.Reason, exit.Detail, machine.Registers().Rip));
        }

        machine.Vm.Control(machine.VcpuOf(), ExitControls.None);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(0ul, machine.Registers().Dr6 & (1 << 14)); // the guest has seen nothing of it
    }

    [Fact]
    public void AStepDoesNotBecomeTheGuestsTrap()
    {
        using SoftMachine machine = new();
        machine.Load(Assemble(c =>
        {
            c.pushfq();
            c.pop(rax);
            c.hlt();
        }));
        machine.Vm.Control(machine.VcpuOf(), ExitControls.SingleStep);
        machine.Run();
        machine.Run();
        Assert.Equal(0ul, machine.General(0) & 0x100);
    }

    [Fact]
    public void AStepOfAGuestThatTrapsItselfStopsAtItsHandlerToo()
    {
        using SoftMachine machine = new();
        machine.Load([0x90, 0x90, 0xF4]);
        CpuRegisters registers = machine.Registers();
        registers.Rflags |= 0x100;
        machine.Write(RegisterGroups.General, in registers);
        machine.Vm.Control(machine.VcpuOf(), ExitControls.SingleStep);

        machine.Run();
        Assert.Equal(SoftMachine.Code + 1, machine.Registers().Rip);
        machine.Run();
        Assert.Equal(SoftMachine.Handlers + 16, machine.Registers().Rip);
    }

    [Fact]
    public void AnAccessToADeviceIsOneStep()
    {
        using SoftMachine machine = new();
        ((ulong*)(machine.Memory + 0xC000 + (3 * 0x1000)))[511] = 0x4000_0000 | 7;
        machine.Load(Assemble(c =>
        {
            c.mov(rbx, SoftMachine.MappedEnd - 0x1000);
            c.inc(__dword_ptr[rbx]);
            c.hlt();
        }));
        machine.Vm.Control(machine.VcpuOf(), ExitControls.SingleStep);
        ExitReason[] reasons = new ExitReason[4];
        for (int i = 0; i < reasons.Length; i++)
        {
            Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
            reasons[i] = exit.Reason;
        }

        Assert.Equal([ExitReason.Debug, ExitReason.MmioRead, ExitReason.MmioWrite, ExitReason.Debug], reasons);
    }

    [Fact]
    public void HeldInterruptsWaitAndDoNotEndAHalt()
    {
        using SoftMachine machine = new();
        CpuRegisters registers = machine.Registers();
        registers.Rflags |= 0x200;
        machine.Write(RegisterGroups.General, in registers);
        Cpu* cpu = machine.CpuOf();
        cpu->Events = (uint)PendingEvents.External;
        Assert.True(Interrupts.CanDeliver(cpu));

        machine.Vm.Control(machine.VcpuOf(), ExitControls.HoldInterrupts);
        Assert.False(Interrupts.CanDeliver(cpu));
        Assert.False(Interrupts.TryDeliver(cpu));
        machine.Load([0xF4]);
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(SoftMachine.Code + 1, machine.Registers().Rip);
    }

    [Fact]
    public void AResetForgetsWhatAClientWanted()
    {
        using SoftMachine machine = new();
        machine.Vm.Control(machine.VcpuOf(), machine.Vm.SupportedControls);
        machine.Vm.Reset(machine.VcpuOf());
        Assert.Equal((ExitControls.None, OneByOne.None), (machine.CpuOf()->Translator.Controls, machine.CpuOf()->Translator.OneByOne));
    }

    private static byte[] Assemble(Action<Assembler> program)
    {
        Assembler assembler = new(64);
        program(assembler);
        using MemoryStream stream = new();
        assembler.Assemble(new StreamCodeWriter(stream), SoftMachine.Code);
        return stream.ToArray();
    }
}
