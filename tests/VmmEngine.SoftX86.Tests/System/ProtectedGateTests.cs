using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Interrupt and trap gates of protected mode.</summary>
public unsafe class ProtectedGateTests
{
    [Fact]
    public void FaultAtTheSameLevelPushesThreeWordsAndItsErrorCode()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(13, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler);
        Assert.Equal(Step.EndBlock, machine.Raise(13, 0x1234));
        uint stack = SystemMachine.InnerStack;
        Assert.Equal(stack - 16, machine.Rsp);
        Assert.Equal(0x1234u, machine.Read32(stack - 16));
        Assert.Equal(SystemMachine.Code, machine.Read32(stack - 12));
        Assert.Equal(Selectors.Code32, machine.Read32(stack - 8));
        Assert.Equal(FlagBits.Fixed | FlagBits.Interrupt | FlagBits.Resume, machine.Read32(stack - 4));
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
        Assert.Equal(FlagBits.Fixed, machine.Cpu->Rflags);
    }

    [Fact]
    public void TrapGateLeavesInterruptsEnabled()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(0, SystemTypes.TrapGate32, Selectors.Code32, SystemMachine.Handler);
        machine.Cpu->Rflags |= FlagBits.Trap | FlagBits.NestedTask;
        Assert.Equal(Step.EndBlock, machine.Raise(0));
        Assert.Equal(FlagBits.Fixed | FlagBits.Interrupt, machine.Cpu->Rflags);
    }

    [Fact]
    public void InterruptOfUserCodeTakesTheStackOfTheTss()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Gate(0x80, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, privilege: 3);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x80)); // int 0x80
        uint stack = SystemMachine.InnerStack;
        Assert.Equal(stack - 20, machine.Rsp);
        Assert.Equal(SystemMachine.Code + 2, machine.Read32(stack - 20));
        Assert.Equal(Selectors.UserCode32, machine.Read32(stack - 16));
        Assert.Equal(FlagBits.Fixed | FlagBits.Interrupt, machine.Read32(stack - 12));
        Assert.Equal(SystemMachine.OuterStack, machine.Read32(stack - 8));
        Assert.Equal(Selectors.UserData, machine.Read32(stack - 4));
        Assert.Equal(0u, machine.Cpu->Cpl);
        Assert.Equal(Selectors.Data, machine.Selector(SegmentIndex.Ss));
    }

    [Fact]
    public void ConformingHandlerKeepsTheCallersLevel()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Gate(0x80, SystemTypes.InterruptGate32, Selectors.ConformingCode, SystemMachine.Handler, privilege: 3);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x80)); // int 0x80
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(Selectors.ConformingCode | 3, machine.Selector(SegmentIndex.Cs));
        Assert.Equal(SystemMachine.OuterStack - 12, machine.Rsp);
    }

    [Fact]
    public void SixteenBitGatePushesSixteenBits()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(3, SystemTypes.InterruptGate16, Selectors.Code32, 0xFFFF_1234);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCC)); // int3
        Assert.Equal(SystemMachine.InnerStack - 6, machine.Rsp);
        Assert.Equal(0x1234u, machine.Cpu->Rip);
        Assert.Equal((SystemMachine.Code & 0xFFFF) + 1, machine.Read16(SystemMachine.InnerStack - 6));
    }

    [Theory]
    [InlineData(SystemTypes.CallGate32, Selectors.Code32, true, Vectors.GeneralProtection, (0x30 << 3) | 2)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.Code32, false, Vectors.SegmentNotPresent, (0x30 << 3) | 2)]
    [InlineData(SystemTypes.InterruptGate32, 0, true, Vectors.GeneralProtection, 0)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.Beyond, true, Vectors.GeneralProtection, Selectors.Beyond)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.Data, true, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.UserCode32, true, Vectors.GeneralProtection, Selectors.UserCode32 & ~3)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.AbsentCode, true, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    [InlineData(SystemTypes.InterruptGate32, Selectors.SmallCode, true, Vectors.GeneralProtection, 0)]
    [InlineData(SystemTypes.TaskGate, 0, true, Vectors.GeneralProtection, 0)]
    [InlineData(SystemTypes.TaskGate, Selectors.Code32, true, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(SystemTypes.TaskGate, Selectors.Tss, true, Vectors.GeneralProtection, Selectors.Tss)]
    [InlineData(SystemTypes.TaskGate, Selectors.OtherTss | 4, true, Vectors.GeneralProtection, Selectors.OtherTss | 4)]
    public void BadGateOfASoftwareInterruptNamesTheCulprit(uint type, ushort selector, bool present, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Gate(0x30, type, selector, SystemMachine.Handler, present: present);
        Assert.Equal((vector, error), machine.Fault(0xCD, 0x30)); // int 0x30
        Assert.Equal(SystemMachine.Code, machine.Cpu->Rip);
        Assert.Equal(SystemMachine.InnerStack, machine.Rsp);
    }

    [Fact]
    public void UserMayNotUseAGateOfTheKernel()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Gate(0x30, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler);
        Assert.Equal((Vectors.GeneralProtection, (0x30 << 3) | 2), machine.Fault(0xCD, 0x30)); // int 0x30
    }

    [Fact]
    public void VectorBeyondTheTableIsAProtectionFault()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Cpu->Idtr.Limit = (0x30 * 8) + 6;
        Assert.Equal((Vectors.GeneralProtection, (0x30 << 3) | 2), machine.Fault(0xCD, 0x30)); // int 0x30
    }

    [Theory]
    [InlineData(0, Vectors.InvalidTss, 0)]
    [InlineData(Selectors.Beyond, Vectors.InvalidTss, Selectors.Beyond)]
    [InlineData(Selectors.Data | 1, Vectors.InvalidTss, Selectors.Data)]
    [InlineData(Selectors.Data1, Vectors.InvalidTss, Selectors.Data1 & ~3)]
    [InlineData(Selectors.Code32, Vectors.InvalidTss, Selectors.Code32)]
    [InlineData(Selectors.AbsentStack, Vectors.StackFault, Selectors.AbsentStack)]
    public void BadInnerStackNamesItsSelector(ushort stack, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Gate(0x80, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, privilege: 3);
        machine.Write16(SystemMachine.Tss + 8, stack);
        Assert.Equal((vector, error), machine.Fault(0xCD, 0x80)); // int 0x80
        Assert.Equal(3u, machine.Cpu->Cpl);
    }

    [Fact]
    public void StackBeyondTheTssNamesTheTss()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Gate(0x80, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, privilege: 3);
        machine.Cpu->Segments[SegmentIndex.Tr].Limit = 8;
        Assert.Equal((Vectors.InvalidTss, Selectors.Tss), machine.Fault(0xCD, 0x80)); // int 0x80
    }

    [Fact]
    public void InterruptOfVirtual8086SavesAndClearsTheDataSegments()
    {
        using SystemMachine machine = SystemMachine.Virtual8086();
        machine.Gate(0x21, SystemTypes.InterruptGate32, Selectors.Code32, SystemMachine.Handler, privilege: 3);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x21)); // int 0x21
        uint stack = SystemMachine.InnerStack;
        Assert.Equal(stack - 36, machine.Rsp);
        Assert.Equal([2u, 0x1000, (uint)(FlagBits.Fixed | FlagBits.Interrupt | FlagBits.Virtual8086 | FlagBits.IoPrivilege), 0x8000, 0x3000, 0x1000, 0x4000, 0x5000, 0x6000],
            Enumerable.Range(0, 9).Select(i => machine.Read32(stack - 36 + ((uint)i * 4))));
        Assert.Equal(CpuMode.Protected32, machine.Cpu->Mode);
        Assert.Equal(0, machine.Selector(SegmentIndex.Ds));
        Assert.NotEqual(0u, machine.Cpu->Segments[SegmentIndex.Gs].Access & AccessBits.Unusable);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCF)); // iretd
        Assert.Equal(CpuMode.Virtual8086, machine.Cpu->Mode);
        Assert.Equal(0x6000, machine.Selector(SegmentIndex.Gs));
        Assert.Equal(0x8000u, machine.Rsp);
        Assert.Equal(2u, machine.Cpu->Rip);
    }

    [Fact]
    public void Virtual8086NeedsIoPrivilegeForSoftwareInterrupts()
    {
        using SystemMachine machine = SystemMachine.Virtual8086(ioPrivilege: 0);
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0xCD, 0x21)); // int 0x21
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0xFA)); // cli
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x9C)); // pushf
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0xCF)); // iret
    }

    [Fact]
    public void HandlerOfVirtual8086MustBeOfLevelZero()
    {
        using SystemMachine machine = SystemMachine.Virtual8086();
        machine.Gate(0x21, SystemTypes.InterruptGate32, Selectors.UserCode32, SystemMachine.Handler, privilege: 3);
        Assert.Equal((Vectors.GeneralProtection, Selectors.UserCode32 & ~3), machine.Fault(0xCD, 0x21)); // int 0x21
    }

    [Fact]
    public void TripleFaultShutsDown()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Cpu->Idtr.Limit = 0;
        Assert.Equal(Step.Exit, machine.Raise(6));
        Assert.Equal(ExitReason.Shutdown, machine.Cpu->Exit->Reason);
        Assert.Equal(SystemMachine.Code, machine.Cpu->Rip);
    }
}
