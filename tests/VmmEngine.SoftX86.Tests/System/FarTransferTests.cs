namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Far jumps, calls and returns of protected and long mode, call gates included.</summary>
public unsafe class FarTransferTests
{
    [Theory]
    [InlineData(0u, Selectors.Code32, -1, 0)]
    [InlineData(3u, Selectors.ConformingCode, -1, 0)]
    [InlineData(0u, 0, Vectors.GeneralProtection, 0)]
    [InlineData(0u, Selectors.Beyond, Vectors.GeneralProtection, Selectors.Beyond)]
    [InlineData(0u, Selectors.Data, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(0u, Selectors.Code32 | 3, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(0u, Selectors.UserCode32, Vectors.GeneralProtection, Selectors.UserCode32 & ~3)]
    [InlineData(3u, Selectors.Code32, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(0u, Selectors.AbsentCode, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    [InlineData(0u, Selectors.SmallCode, Vectors.GeneralProtection, 0)]
    [InlineData(0u, Selectors.Ldt, Vectors.GeneralProtection, Selectors.Ldt)]
    [InlineData(3u, Selectors.OtherTss, Vectors.GeneralProtection, Selectors.OtherTss)]
    public void DirectJump(uint privilege, ushort selector, int vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege);
        byte[] jump = [0xEA, 0x00, 0x80, 0x01, 0x00, (byte)selector, (byte)(selector >> 8)]; // jmp selector:0x18000
        if (vector >= 0)
        {
            Assert.Equal(((byte)vector, error), machine.Fault(jump));
            Assert.Equal(SystemMachine.Code, machine.Cpu->Rip);
            return;
        }

        Assert.Equal(Step.EndBlock, machine.Execute(jump));
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
        Assert.Equal(privilege, machine.Cpu->Cpl);
        Assert.Equal((selector & ~3u) | privilege, machine.Selector(SegmentIndex.Cs));
    }

    [Fact]
    public void CallGateSwitchesStacksAndCopiesParameters()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, Selectors.Code32, SystemMachine.Handler, 3, parameters: 2));
        machine.Write32(SystemMachine.OuterStack, 0x1111);
        machine.Write32(SystemMachine.OuterStack + 4, 0x2222);
        Assert.Equal(Step.EndBlock, machine.Execute(0x9A, 0, 0, 0, 0, (byte)Selectors.Gate, 0)); // call Gate:0
        uint stack = SystemMachine.InnerStack;
        Assert.Equal(0u, machine.Cpu->Cpl);
        Assert.Equal(stack - 24, machine.Rsp);
        Assert.Equal([SystemMachine.Code + 7, Selectors.UserCode32, 0x1111u, 0x2222u, SystemMachine.OuterStack, Selectors.UserData],
            Enumerable.Range(0, 6).Select(i => machine.Read32(stack - 24 + ((uint)i * 4))));

        Assert.Equal(Step.EndBlock, machine.Execute(0xCA, 0x08, 0x00)); // retf 8
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(SystemMachine.OuterStack + 8, machine.Rsp);
        Assert.Equal(SystemMachine.Code + 7, machine.Cpu->Rip);
    }

    [Theory]
    [InlineData(Selectors.Code32, 0u, true, Vectors.GeneralProtection, Selectors.Gate)]
    [InlineData(Selectors.Code32, 3u, false, Vectors.SegmentNotPresent, Selectors.Gate)]
    [InlineData(0, 3u, true, Vectors.GeneralProtection, 0)]
    [InlineData(Selectors.Data, 3u, true, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(Selectors.AbsentCode, 3u, true, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    public void BadCallGateNamesTheCulprit(ushort code, uint gatePrivilege, bool present, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, code, SystemMachine.Handler, gatePrivilege, present));
        Assert.Equal((vector, error), machine.Fault(0x9A, 0, 0, 0, 0, (byte)Selectors.Gate, 0)); // call Gate:0
        Assert.Equal(SystemMachine.OuterStack, machine.Rsp);
    }

    [Fact]
    public void JumpThroughAGateKeepsTheLevel()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, Selectors.Code32, SystemMachine.Handler, 3));
        Assert.Equal((Vectors.GeneralProtection, Selectors.Code32), machine.Fault(0xEA, 0, 0, 0, 0, (byte)Selectors.Gate, 0)); // jmp Gate:0
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, Selectors.UserCode32, SystemMachine.Handler, 3));
        Assert.Equal(Step.EndBlock, machine.Execute(0xEA, 0, 0, 0, 0, (byte)Selectors.Gate, 0)); // jmp Gate:0
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
    }

    [Fact]
    public void LongCallGatePushesEightBytesAndNoParameters()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, Selectors.Code64, SystemMachine.Handler, 3, parameters: 5));
        machine.Describe(Selectors.Gate + 8, 0);
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        machine.Write32(SystemMachine.Data, 0);
        machine.Write16(SystemMachine.Data + 4, Selectors.Gate);
        Assert.Equal(Step.EndBlock, machine.Execute(0xFF, 0x18)); // call far [rax]
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
        Assert.Equal(SystemMachine.InnerStack - 32, machine.Rsp);
        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0xCB)); // retfq
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(SystemMachine.OuterStack, machine.Rsp);
        Assert.Equal(SystemMachine.Code + 2, machine.Cpu->Rip);
    }

    [Theory]
    [InlineData(Selectors.Code32, 0UL, Selectors.Code32)]
    [InlineData(Selectors.Code64, 0x1F00_0000_0000UL, Selectors.Gate)]
    [InlineData(Selectors.Code64, 0x8000UL, 0)]
    public void BadLongCallGateNamesTheCulprit(ushort code, ulong upper, int error)
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Describe(Selectors.Gate, Descriptors.Gate(SystemTypes.CallGate32, code, SystemMachine.Handler));
        machine.Describe(Selectors.Gate + 8, upper);
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        machine.Write16(SystemMachine.Data + 4, Selectors.Gate);
        Assert.Equal((Vectors.GeneralProtection, error), machine.Fault(0xFF, 0x18)); // call far [rax]
    }

    [Fact]
    public void JumpFromLongCodeReachesCompatibilityMode()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        machine.Write32(SystemMachine.Data, SystemMachine.Handler);
        machine.Write16(SystemMachine.Data + 4, Selectors.Code32);
        Assert.Equal(Step.EndBlock, machine.Execute(0xFF, 0x28)); // jmp far [rax]
        Assert.Equal(CpuMode.Compatibility32, machine.Cpu->Mode);
    }

    [Fact]
    public void ReturnToAnInnerLevelIsRefused()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Rsp -= 8;
        machine.Write32((uint)machine.Rsp, SystemMachine.Handler);
        machine.Write32((uint)machine.Rsp + 4, Selectors.Code32);
        Assert.Equal((Vectors.GeneralProtection, Selectors.Code32), machine.Fault(0xCB)); // retf
    }
}
