namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Interrupts, far transfers and segments of real mode.</summary>
public unsafe class RealModeTests
{
    [Fact]
    public void InterruptGoesThroughTheVectorTable()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Write32(0x21 * 4, 0x4000_0123);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCD, 0x21)); // int 0x21
        Assert.Equal(0x123u, machine.Cpu->Rip);
        Assert.Equal(0x4_0000u, machine.Cpu->Segments[SegmentIndex.Cs].Base);
        Assert.Equal(0x7FFAu, machine.Rsp);
        Assert.Equal(2, machine.Read16(0x2_7FFA));
        Assert.Equal(0x1000, machine.Read16(0x2_7FFC));
        Assert.Equal(0x202, machine.Read16(0x2_7FFE));
        Assert.Equal(0u, machine.Cpu->Rflags & FlagBits.Interrupt);
    }

    [Fact]
    public void ExceptionsHaveNoErrorCode()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Write32(13 * 4, 0x4000_0123);
        Assert.Equal(Step.EndBlock, machine.Raise(13, 0x5678));
        Assert.Equal(0x7FFAu, machine.Rsp);
        Assert.Equal(0, machine.Read16(0x2_7FFA));
    }

    [Fact]
    public void VectorBeyondTheTableEndsInShutdown()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Cpu->Idtr.Limit = 3;
        Assert.Equal(Step.Exit, machine.Raise(6));
    }

    [Fact]
    public void SegmentLoadsKeepTheLimitsOfProtectedMode()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Cpu->Segments[SegmentIndex.Ds].Limit = uint.MaxValue;
        machine[RegisterIndex.Rax] = 0x1234;
        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xD8)); // mov ds, ax
        Assert.Equal(0x1_2340u, machine.Cpu->Segments[SegmentIndex.Ds].Base);
        Assert.Equal(uint.MaxValue, machine.Cpu->Segments[SegmentIndex.Ds].Limit);
    }

    [Fact]
    public void FarCallAndReturn()
    {
        using SystemMachine machine = SystemMachine.Real();
        Assert.Equal(Step.EndBlock, machine.Execute(0x9A, 0x78, 0x56, 0x00, 0x30)); // call 3000:5678
        Assert.Equal(0x3000, machine.Selector(SegmentIndex.Cs));
        Assert.Equal(0x5678u, machine.Cpu->Rip);
        Assert.Equal(Step.EndBlock, machine.Execute(0xCA, 0x04, 0x00)); // retf 4
        Assert.Equal(5u, machine.Cpu->Rip);
        Assert.Equal(0x8004u, machine.Rsp);
    }

    [Fact]
    public void JumpBeyondTheLimitFaults()
    {
        using SystemMachine machine = SystemMachine.Real();
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x66, 0xEA, 0, 0, 1, 0, 0, 0x10)); // jmp 1000:00010000
    }

    [Fact]
    public void ProtectedModeInstructionsAreUndefined()
    {
        using SystemMachine machine = SystemMachine.Real();
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x00, 0xD0)); // lldt ax
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x00, 0xC8)); // str ax
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x02, 0xC0)); // lar ax, ax
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x00, 0xE0)); // verr ax
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x63, 0xC0)); // arpl ax, ax
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x05)); // syscall
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x34)); // sysenter
    }
}
