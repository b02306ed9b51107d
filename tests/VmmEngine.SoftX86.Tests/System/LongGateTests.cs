namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>The 16-byte gates of long mode.</summary>
public unsafe class LongGateTests
{
    [Fact]
    public void FrameIsFiveWordsOnAnAlignedStack()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.LongGate(0x30, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler);
        machine.Rsp = SystemMachine.InnerStack - 3;
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x30)); // int 0x30
        uint stack = (SystemMachine.InnerStack - 3) & ~15u;
        Assert.Equal(stack - 40, machine.Rsp);
        Assert.Equal(SystemMachine.Code + 2, machine.Read64(stack - 40));
        Assert.Equal(Selectors.Code64, machine.Read64(stack - 32));
        Assert.Equal(SystemMachine.InnerStack - 3, machine.Read64(stack - 16));
        Assert.Equal(Selectors.Data, machine.Read64(stack - 8));
        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0xCF)); // iretq
        Assert.Equal(SystemMachine.InnerStack - 3, machine.Rsp);
        Assert.Equal(SystemMachine.Code + 2, machine.Cpu->Rip);
        Assert.NotEqual(0u, machine.Cpu->Rflags & FlagBits.Interrupt);
    }

    [Fact]
    public void UserInterruptGetsANullStackSegment()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.LongGate(0x80, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler, privilege: 3);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x80)); // int 0x80
        Assert.Equal(0u, machine.Cpu->Cpl);
        Assert.Equal(0, machine.Selector(SegmentIndex.Ss));
        Assert.Equal(SystemMachine.InnerStack - 40, machine.Rsp);
        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0xCF)); // iretq
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(Selectors.UserData, machine.Selector(SegmentIndex.Ss));
    }

    [Fact]
    public void InterruptStackTableIsUsedAtEveryLevel()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.LongGate(2, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler, ist: 1);
        machine.Cpu->Events = (uint)PendingEvents.Nmi;
        Assert.True(Interrupts.TryDeliver(machine.Cpu));
        Assert.Equal((SystemMachine.IstStack & ~15u) - 40, machine.Rsp);
        Assert.Equal((uint)PendingEvents.NmiBlocked, machine.Cpu->Events);
        machine.Cpu->Events |= (uint)PendingEvents.Nmi;
        Assert.False(Interrupts.TryDeliver(machine.Cpu));
        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0xCF)); // iretq
        Assert.True(Interrupts.TryDeliver(machine.Cpu));
    }

    [Theory]
    [InlineData(SystemTypes.TaskGate, Selectors.Code64, SystemMachine.Handler, Vectors.GeneralProtection, (0x30 << 3) | 2)]
    [InlineData(SystemTypes.InterruptGate16, Selectors.Code64, SystemMachine.Handler, Vectors.GeneralProtection, (0x30 << 3) | 2)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.AbsentCode, SystemMachine.Handler, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.Code64, 0x8000_0000_0000, Vectors.GeneralProtection, 0)]
    public void BadGateNamesTheCulprit(uint type, ushort selector, ulong offset, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.LongGate(0x30, type, selector, offset);
        Assert.Equal((vector, error), machine.Fault(0xCD, 0x30)); // int 0x30
    }

    [Fact]
    public void StackThatIsNoAddressIsAStackFault()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.LongGate(0x80, SystemTypes.InterruptGate32, Selectors.Code64, SystemMachine.Handler, privilege: 3);
        machine.Write64(SystemMachine.Tss + 4, 0x8000_0000_0000_0000);
        Assert.Equal((Vectors.StackFault, 0), machine.Fault(0xCD, 0x80)); // int 0x80
    }

    [Fact]
    public void ReturnWithNestedTaskIsRefused()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Cpu->Rflags |= FlagBits.NestedTask;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x48, 0xCF)); // iretq
    }
}
