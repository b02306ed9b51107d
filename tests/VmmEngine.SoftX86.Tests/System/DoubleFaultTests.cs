namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Which exceptions during the delivery of others are double faults, and what EXT says.</summary>
public unsafe class DoubleFaultTests
{
    [Theory]
    [InlineData(Vectors.DivideError, false, Vectors.DoubleFault, 0)]
    [InlineData(Vectors.InvalidOpcode, false, Vectors.SegmentNotPresent, (6 << 3) | 3)]
    [InlineData(Vectors.GeneralProtection, true, Vectors.DoubleFault, 0)]
    [InlineData(Vectors.PageFault, true, Vectors.DoubleFault, 0)]
    [InlineData(Vectors.AlignmentCheck, true, Vectors.SegmentNotPresent, (17 << 3) | 3)]
    public void AbsentGateIsContributory(byte first, bool hasError, byte delivered, int error)
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(first, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, present: false);
        machine.Gate(delivered, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler + delivered);
        Assert.Equal(Step.EndBlock, machine.Raise(first, hasError ? 0 : null));
        Assert.Equal(SystemMachine.Handler + delivered, machine.Cpu->Rip);
        Assert.Equal((uint)error, machine.Read32((uint)machine.Rsp));
    }

    [Fact]
    public void PageFaultOfAProtectionFaultIsAPageFault()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.LongGate(14, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler, ist: 1);
        machine.LongGate(13, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler);
        machine.Rsp = 0x4000_0000;
        Assert.Equal(Step.EndBlock, machine.Raise(13, 0));
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
        Assert.Equal(0x3FFF_FFF8u, machine.Cpu->Cr2);
        Assert.Equal(2u, machine.Read64((uint)machine.Rsp));
    }

    [Fact]
    public void PageFaultOfAPageFaultIsADoubleFault()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.LongGate(8, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler + 8, ist: 1);
        machine.LongGate(14, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler);
        machine.Rsp = 0x4000_0000;
        Faults.PageFault(machine.Cpu, 0x1234_5678, 4);
        Assert.Equal(Step.EndBlock, Exceptions.Deliver(machine.Cpu));
        Assert.Equal(SystemMachine.Handler + 8, machine.Cpu->Rip);
    }

    [Fact]
    public void ExternalInterruptThroughABadGateSetsExt()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(0x20, SystemTypes.InterruptGate32, Selectors.Data, SystemMachine.Handler);
        machine.Gate(13, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler);
        machine.Cpu->Events = (uint)PendingEvents.External;
        Assert.True(Interrupts.TryDeliver(machine.Cpu));
        Assert.Equal(Step.EndBlock, machine.Cpu->Outcome);
        Assert.Equal(Selectors.Data | 1u, machine.Read32((uint)machine.Rsp));
    }
}
