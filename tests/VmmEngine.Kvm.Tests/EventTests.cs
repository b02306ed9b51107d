using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Platform;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>Exceptions, non-maskable interrupts, interrupt lines, and instructions that are taken back.</summary>
public unsafe class EventTests
{
    // The interrupt table is at 0; vector 13's handler is at 0x2000, vector 2's at 0x2100, vector 0x24's at 0x2200.
    private static readonly byte[] Handler = [0xE6, 0x90, 0xCF]; // out 0x90, al; iret

    [KvmFact]
    public void AnInjectedExceptionRunsItsHandlerAndOnlyOneWaits()
    {
        using KvmGuest guest = new([
            0xE6, 0x80, // out 0x80, al
            0xF4]); // hlt
        SetHandler(guest, 13, 0x2000);
        guest.Exit();

        Assert.Equal(0, guest.Backend.InjectException(guest.Vcpu, 13, null));
        Assert.Equal(Errno.EBUSY, guest.Backend.InjectException(guest.Vcpu, 6, null));
        CpuRegisters registers = guest.Registers(RegisterGroups.General);
        guest.Write(RegisterGroups.General, registers); // does not drop it

        Assert.Equal(0x90, guest.Exit().Port);
        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));
        Assert.Equal(0, guest.Backend.InjectException(guest.Vcpu, 13, null));
    }

    [KvmFact]
    public void ANonMaskableInterruptEndsAHaltWithInterruptsDisabled()
    {
        using KvmGuest guest = new([
            0xF4, // hlt
            0xE6, 0x81]); // out 0x81, al
        SetHandler(guest, 2, 0x2100);

        Assert.Equal(RunResult.Halted, guest.Run(out VcpuExit exit, RunFlags.ReturnOnFinalHalt));
        Assert.Equal(ExitFlags.InterruptsDisabled, exit.Flags);
        guest.Backend.InjectNmi(guest.Vcpu);
        VcpuLocks<ProcessorAtomics>.Post(ref guest.Locks, guest.Vcpu, VcpuRequests.Event);

        Assert.Equal(0x90, guest.Exit().Port);
        Assert.Equal(0x81, guest.Exit().Port);
    }

    [KvmFact]
    public void AnInterruptLineReachesTheGuestThroughThe8259s()
    {
        using KvmGuest guest = new([
            0xB0, 0x11, 0xE6, 0x20, // ICW1: edge, cascade, ICW4
            0xB0, 0x20, 0xE6, 0x21, // ICW2: vectors from 0x20
            0xB0, 0x04, 0xE6, 0x21, // ICW3
            0xB0, 0x01, 0xE6, 0x21, // ICW4: 8086
            0xB0, 0xEF, 0xE6, 0x21, // only line 4
            0xFB, // sti
            0xE6, 0x80, // out 0x80, al
            0xEB, 0xFC], kernelIrqchip: true); // jmp to the out
        ((Irqchip)guest.Backend.Interrupts).Map(guest.Bus);
        SetHandler(guest, 0x24, 0x2200);
        Assert.Equal(0x80, guest.Exit().Port);

        guest.Backend.Interrupts.SetLine(4, asserted: true);

        Assert.Contains(0x90, Enumerable.Range(0, 3).Select(_ => (int)guest.Exit().Port).ToArray());
    }

    [KvmFact]
    public void AnInterruptOfThe8259sWakesAVcpuThatHaltsInTheKernel()
    {
        using KvmGuest guest = new([
            0xB0, 0x13, 0xE6, 0x20, // ICW1: edge, single, ICW4
            0xB0, 0x20, 0xE6, 0x21, // ICW2: vectors from 0x20
            0xB0, 0x03, 0xE6, 0x21, // ICW4: 8086, automatic end of interrupt
            0xB0, 0xEF, 0xE6, 0x21, // only line 4
            0xE6, 0x80, // out 0x80, al
            0xFB, // again: sti
            0xF4, // hlt
            0xEB, 0xFC], kernelIrqchip: true); // jmp again
        ((Irqchip)guest.Backend.Interrupts).Map(guest.Bus);
        SetHandler(guest, 0x24, 0x2200);
        Assert.Equal(0x80, guest.Exit().Port);

        for (int i = 0; i < 100; i++)
        {
            int port = 0;
            Thread runner = new(() => port = guest.Exit(RunFlags.None).Port);
            runner.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref guest.Vcpu->State) == (uint)VcpuState.Running);
            guest.Backend.Interrupts.SetLine(4, asserted: true);
            Assert.True(runner.Join(TimeSpan.FromSeconds(30)), "an interrupt was lost");
            guest.Backend.Interrupts.SetLine(4, asserted: false);
            Assert.Equal(0x90, port);
        }
    }

    [KvmFact]
    public void EveryVcpuRunsAtOnceWithTheKernelsControllers()
    {
        using KvmGuest guest = new([0xE6, 0x80], kernelIrqchip: true, vcpus: 3); // out 0x80, al

        for (int id = 0; id < 3; id++)
        {
            Assert.Equal(RunResult.Exit, guest.Run(out VcpuExit exit, vcpu: id));
            Assert.Equal(0x80, exit.Port);
        }
    }

    [KvmFact]
    public void ARestartedReadIsExecutedAgain()
    {
        using KvmGuest guest = new([
            0xE4, 0x60, // in al, 0x60
            0xE6, 0x80]); // out 0x80, al
        guest.Exit();

        guest.Backend.Restart(guest.Vcpu);

        CpuRegisters registers = guest.Registers(RegisterGroups.General);
        Assert.Equal((KvmGuest.Start, 0UL), (registers.Rip, registers.General[0]));
        Assert.Equal(ExitReason.PortIn, guest.Exit().Reason);
        guest.ExitAddress->Data = 0x31;
        Assert.Equal(0x31UL, guest.Exit().Data);
    }

    [KvmFact]
    public void AResetVcpuBeginsAnew()
    {
        using KvmGuest guest = new([
            0xE4, 0x60, // in al, 0x60
            0xF4]); // hlt
        guest.Exit();

        Assert.Equal(0, guest.Backend.Reset(guest.Vcpu));
        guest.Begin(0);

        Assert.Equal(ExitReason.PortIn, guest.Exit().Reason);
    }

    [KvmFact]
    public void AnUnknownModelSpecificRegisterIsAnExitThatTheCallerMayAnswer()
    {
        using KvmGuest guest = new([
            0x66, 0xB9, 0x00, 0x00, 0xFE, 0x4F, // mov ecx, 0x4FFE0000
            0x0F, 0x32, // rdmsr
            0xE6, 0x80]); // out 0x80, al

        VcpuExit exit = guest.Exit();
        Assert.Equal((ExitReason.MsrRead, 0x4FFE_0000UL), (exit.Reason, exit.Detail));
        guest.ExitAddress->Flags = ExitFlags.None;
        guest.ExitAddress->Data = 0x1_0000_0042;
        exit = guest.Exit();
        Assert.Equal((ExitReason.PortOut, 0x42UL), (exit.Reason, exit.Data));
    }

    [KvmFact]
    public void ARefusedModelSpecificRegisterIsAGeneralProtectionFault()
    {
        using KvmGuest guest = new([
            0x66, 0xB9, 0x00, 0x00, 0xFE, 0x4F, // mov ecx, 0x4FFE0000
            0x0F, 0x32]); // rdmsr
        SetHandler(guest, 13, 0x2000);

        Assert.Equal(ExitReason.MsrRead, guest.Exit().Reason);
        Assert.Equal(0x90, guest.Exit().Port);
    }

    private static void SetHandler(KvmGuest guest, int vector, ushort address)
    {
        BitConverter.TryWriteBytes(guest.Memory[(vector * 4)..], address);
        Handler.CopyTo(guest.Memory[address..]);
    }
}
