namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Task-state segments and task gates.</summary>
public unsafe class TaskSwitchTests
{
    [Fact]
    public void CallNestsTheNewTaskAndReturnGoesBack()
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        machine[RegisterIndex.Rbx] = 0x1234;
        Assert.Equal(Step.EndBlock, machine.Execute(0x9A, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // call OtherTss:0
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
        Assert.Equal(Selectors.OtherTss, machine.Selector(SegmentIndex.Tr));
        Assert.Equal(0xBBu, machine[RegisterIndex.Rbx]);
        Assert.Equal(SystemMachine.IstStack, machine.Rsp);
        Assert.NotEqual(0u, machine.Cpu->Rflags & FlagBits.NestedTask);
        Assert.NotEqual(0u, machine.Cpu->Cr0 & Cr0Bits.TaskSwitched);
        Assert.Equal(Selectors.Tss, machine.Read16(SystemMachine.OtherTss));
        Assert.Equal(0x1234u, machine.Read32(SystemMachine.Tss + 52));
        Assert.Equal(SystemMachine.Code + 7, machine.Read32(SystemMachine.Tss + 32));
        Assert.Equal(SystemTypes.BusyTss32, machine.Ram[(int)SystemMachine.Gdt + Selectors.OtherTss + 5] & 15);

        Assert.Equal(Step.EndBlock, machine.Execute(0xCF)); // iretd
        Assert.Equal(SystemMachine.Code + 7, machine.Cpu->Rip);
        Assert.Equal(Selectors.Tss, machine.Selector(SegmentIndex.Tr));
        Assert.Equal(0x1234u, machine[RegisterIndex.Rbx]);
        Assert.Equal(SystemTypes.Tss32, machine.Ram[(int)SystemMachine.Gdt + Selectors.OtherTss + 5] & 15);
        Assert.Equal(0u, machine.Read32(SystemMachine.OtherTss + 36) & (uint)FlagBits.NestedTask);
    }

    [Fact]
    public void JumpReleasesTheOldTask()
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        Assert.Equal(Step.EndBlock, machine.Execute(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.Equal(SystemTypes.Tss32, machine.Ram[(int)SystemMachine.Gdt + Selectors.Tss + 5] & 15);
        Assert.Equal(0u, machine.Cpu->Rflags & FlagBits.NestedTask);
    }

    [Fact]
    public void DoubleFaultTaskGetsItsErrorCode()
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        machine.Gate(8, SystemTypes.TaskGate, Selectors.OtherTss, 0);
        Assert.Equal(Step.EndBlock, machine.Raise(8, 0));
        Assert.Equal(SystemMachine.IstStack - 4, machine.Rsp);
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
    }

    [Fact]
    public void TaskMayBeVirtual8086Code()
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        machine.Write32(SystemMachine.OtherTss + 36, 0x2_0202);
        machine.Write32(SystemMachine.OtherTss + 32, 0x100);
        machine.Write16(SystemMachine.OtherTss + 76, 0x1234);
        Assert.Equal(Step.EndBlock, machine.Execute(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.Equal(CpuMode.Virtual8086, machine.Cpu->Mode);
        Assert.Equal(3u, machine.Cpu->Cpl);
        Assert.Equal(0x1_2340u, machine.Cpu->Segments[SegmentIndex.Cs].Base);
    }

    [Fact]
    public void SixteenBitTaskLoadsSixteenBitRegisters()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Describe(Selectors.OtherTss, Descriptors.Segment(SystemMachine.OtherTss, 0x2B, SystemTypes.Tss16 | Descriptors.Present));
        uint tss = SystemMachine.OtherTss;
        machine.Write16(tss + 14, 0x8000);
        machine.Write16(tss + 16, 2);
        machine.Write16(tss + 24, 0xBBBB);
        machine.Write16(tss + 26, 0x7000);
        machine.Write16(tss + 34, Selectors.Data);
        machine.Write16(tss + 36, Selectors.Code16);
        machine.Write16(tss + 38, Selectors.Data16);
        machine.Write16(tss + 40, Selectors.Data);
        Assert.Equal(Step.EndBlock, machine.Execute(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.Equal(CpuMode.Protected16, machine.Cpu->Mode);
        Assert.Equal(0x8000u, machine.Cpu->Rip);
        Assert.Equal(0xBBBBu, machine[RegisterIndex.Rbx] & 0xFFFF);
    }

    [Theory]
    [InlineData(72, Selectors.Beyond, Vectors.InvalidTss, Selectors.Beyond)]
    [InlineData(76, 0, Vectors.InvalidTss, 0)]
    [InlineData(76, Selectors.Data, Vectors.InvalidTss, Selectors.Data)]
    [InlineData(76, Selectors.AbsentCode, Vectors.SegmentNotPresent, Selectors.AbsentCode)]
    [InlineData(76, Selectors.SmallCode, Vectors.GeneralProtection, 0)]
    [InlineData(80, 0, Vectors.InvalidTss, 0)]
    [InlineData(80, Selectors.Code32, Vectors.InvalidTss, Selectors.Code32)]
    [InlineData(80, Selectors.AbsentStack, Vectors.StackFault, Selectors.AbsentStack)]
    [InlineData(84, Selectors.ExecuteOnly, Vectors.InvalidTss, Selectors.ExecuteOnly)]
    [InlineData(88, Selectors.AbsentData, Vectors.SegmentNotPresent, Selectors.AbsentData)]
    [InlineData(96, Selectors.Data, Vectors.InvalidTss, Selectors.Data)]
    public void FaultOfTheNewTaskIsItsOwn(int place, ushort selector, byte vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        machine.Write16(SystemMachine.OtherTss + (uint)place, selector);
        Assert.Equal((vector, error), machine.Fault(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.Equal(Selectors.OtherTss, machine.Selector(SegmentIndex.Tr));
        Assert.Equal(SystemMachine.Handler, machine.Cpu->Rip);
    }

    [Fact]
    public void SmallTssIsRefusedBeforeAnythingHappens()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Describe(Selectors.OtherTss, Descriptors.Segment(SystemMachine.OtherTss, 0x66, SystemTypes.Tss32 | Descriptors.Present));
        Assert.Equal((Vectors.InvalidTss, Selectors.OtherTss), machine.Fault(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.Equal(Selectors.Tss, machine.Selector(SegmentIndex.Tr));
        Assert.Equal(0u, machine.Read32(SystemMachine.Tss + 32));
    }

    [Fact]
    public void TrapBitRaisesDebugInTheNewTask()
    {
        using SystemMachine machine = SystemMachine.Protected();
        WriteTask(machine);
        machine.Write16(SystemMachine.OtherTss + 100, 1);
        Assert.Equal((Vectors.Debug, -1), machine.Fault(0xEA, 0, 0, 0, 0, (byte)Selectors.OtherTss, 0)); // jmp OtherTss:0
        Assert.NotEqual(0u, machine.Cpu->Debug[6] & DebugBits.TaskSwitch);
    }

    private static void WriteTask(SystemMachine machine)
    {
        uint tss = SystemMachine.OtherTss;
        machine.Write32(tss + 32, SystemMachine.Handler);
        machine.Write32(tss + 36, 0x202);
        machine.Write32(tss + 52, 0xBB);
        machine.Write32(tss + 56, SystemMachine.IstStack);
        for (uint i = 0; i < 6; i++)
        {
            machine.Write32(tss + 72 + (i * 4), i == SegmentIndex.Cs ? Selectors.Code32 : Selectors.Data);
        }
    }
}
