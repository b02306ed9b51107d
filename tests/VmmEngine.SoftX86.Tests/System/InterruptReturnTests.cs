namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>IRET in protected and long mode: what it checks, and which flags and segments it leaves.</summary>
public unsafe class InterruptReturnTests
{
    [Fact]
    public void ReturnToUserTakesTheOuterStackAndDropsKernelSegments()
    {
        using SystemMachine machine = SystemMachine.Protected();
        Push(machine, SystemMachine.Handler, Selectors.UserCode32, 0x202, SystemMachine.OuterStack, Selectors.UserData);
        machine.Cpu->Segments[SegmentIndex.Fs] = new Descriptor(machine.Read64(SystemMachine.Gdt + Selectors.UserData - 3)).ToRegister(Selectors.UserData);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCF)); // iretd
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(SystemMachine.OuterStack, machine.Rsp);
        Assert.Equal(0, machine.Selector(SegmentIndex.Ds));
        Assert.Equal(AccessBits.Unusable, machine.Cpu->Segments[SegmentIndex.Ds].Access);
        Assert.Equal(Selectors.UserData, machine.Selector(SegmentIndex.Fs));
    }

    [Theory]
    [InlineData(0, Selectors.UserData, Vectors.GeneralProtection, 0)]
    [InlineData(Selectors.Beyond, Selectors.UserData, Vectors.GeneralProtection, Selectors.Beyond)]
    [InlineData(Selectors.Data, Selectors.Data, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(Selectors.Code32 | 3, Selectors.UserData, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(Selectors.AbsentCode, Selectors.Data, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    [InlineData(Selectors.SmallCode, Selectors.Data, Vectors.GeneralProtection, 0)]
    [InlineData(Selectors.UserCode32, 0, Vectors.GeneralProtection, 0)]
    [InlineData(Selectors.UserCode32, Selectors.Data, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(Selectors.UserCode32, Selectors.ReadOnlyData | 3, Vectors.GeneralProtection, Selectors.ReadOnlyData)]
    [InlineData(Selectors.UserCode32, Selectors.AbsentData | 3, Vectors.StackFault, Selectors.AbsentData)]
    public void BadFrameNamesTheSelector(ushort code, ushort stack, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected();
        Push(machine, SystemMachine.Handler, code, 0x202, SystemMachine.OuterStack, stack);
        ulong before = machine.Rsp;
        Assert.Equal((vector, error), machine.Fault(0xCF)); // iretd
        Assert.Equal(before, machine.Rsp);
        Assert.Equal(0u, machine.Cpu->Cpl);
    }

    [Theory]
    [InlineData(0x202u, 0x202u)]
    [InlineData(0x3202u, 0x3002u)]
    public void UserChangesInterruptFlagByIoPrivilegeOnly(uint old, uint expected)
    {
        using SystemMachine machine = SystemMachine.Protected(3);
        machine.Cpu->Rflags = old;
        Push(machine, SystemMachine.Handler, Selectors.UserCode32, 0);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCF)); // iretd
        Assert.Equal(expected, machine.Cpu->Rflags);
    }

    [Fact]
    public void UserCannotReturnToTheKernel()
    {
        using SystemMachine machine = SystemMachine.Protected(3);
        Push(machine, SystemMachine.Handler, Selectors.Code32, 0x202);
        Assert.Equal((Vectors.GeneralProtection, Selectors.Code32), machine.Fault(0xCF)); // iretd
    }

    [Fact]
    public void RealModeReturnPopsThreeWords()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Rsp = 0x7FFA;
        machine.Write16(0x2_7FFA, 0x1234);
        machine.Write16(0x2_7FFC, 0x3000);
        machine.Write16(0x2_7FFE, 0x0246);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCF)); // iret
        Assert.Equal(0x1234u, machine.Cpu->Rip);
        Assert.Equal(0x3_0000u, machine.Cpu->Segments[SegmentIndex.Cs].Base);
        Assert.Equal(0x8000u, machine.Rsp);
        Assert.Equal(0x246u, machine.Cpu->Rflags);
    }

    [Fact]
    public void LongModeReturnsToCompatibilityCode()
    {
        using SystemMachine machine = SystemMachine.Long();
        ulong[] frame = [SystemMachine.Handler, Selectors.UserCode32, 0x202, SystemMachine.OuterStack, Selectors.UserData];
        machine.Rsp -= 40;
        for (uint i = 0; i < frame.Length; i++)
        {
            machine.Write64((uint)machine.Rsp + (i * 8), frame[i]);
        }

        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0xCF)); // iretq
        Assert.Equal(CpuMode.Compatibility32, machine.Cpu->Mode);
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(SystemMachine.OuterStack, machine.Rsp);
    }

    private static void Push(SystemMachine machine, params uint[] frame)
    {
        machine.Rsp -= (uint)frame.Length * 4;
        for (uint i = 0; i < frame.Length; i++)
        {
            machine.Write32((uint)machine.Rsp + (i * 4), frame[i]);
        }
    }
}
