namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Loads of data and stack segments in protected and long mode.</summary>
public unsafe class SegmentLoadTests
{
    [Theory]
    [InlineData(0u, 0, -1, 0)]
    [InlineData(0u, 3, -1, 0)]
    [InlineData(0u, Selectors.Data, -1, 0)]
    [InlineData(0u, Selectors.Code32, -1, 0)]
    [InlineData(0u, Selectors.ConformingCode, -1, 0)]
    [InlineData(0u, Selectors.ReadOnlyData, -1, 0)]
    [InlineData(0u, Selectors.Data | 3, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(0u, Selectors.ExecuteOnly, Vectors.GeneralProtection, Selectors.ExecuteOnly)]
    [InlineData(0u, Selectors.Tss, Vectors.GeneralProtection, Selectors.Tss)]
    [InlineData(0u, Selectors.Beyond, Vectors.GeneralProtection, Selectors.Beyond)]
    [InlineData(0u, Selectors.Data | 4, Vectors.GeneralProtection, Selectors.Data | 4)]
    [InlineData(0u, Selectors.AbsentData, Vectors.SegmentNotPresent, Selectors.AbsentData)]
    [InlineData(3u, Selectors.Data, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(3u, Selectors.ConformingCode, -1, 0)]
    [InlineData(3u, Selectors.UserData, -1, 0)]
    [InlineData(3u, Selectors.UserData & ~3, -1, 0)]
    public void DataSegment(uint privilege, ushort selector, int vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege);
        machine.Cpu->Segments[SegmentIndex.Ldtr].Access = AccessBits.Unusable;
        machine[RegisterIndex.Rax] = selector;
        if (vector >= 0)
        {
            Assert.Equal(((byte)vector, error), machine.Fault(0x8E, 0xE0)); // mov fs, ax
            return;
        }

        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xE0)); // mov fs, ax
        Assert.Equal(selector, machine.Selector(SegmentIndex.Fs));
        bool usable = (machine.Cpu->Segments[SegmentIndex.Fs].Access & AccessBits.Unusable) == 0;
        Assert.Equal(selector > 3, usable);
        Assert.Equal(usable, (machine.Ram[(int)(SystemMachine.Gdt + (selector & 0xFFF8) + 5)] & Descriptors.Accessed) != 0 && usable);
    }

    [Theory]
    [InlineData(0u, Selectors.Data, -1, 0)]
    [InlineData(0u, 0, Vectors.GeneralProtection, 0)]
    [InlineData(0u, Selectors.Data | 1, Vectors.GeneralProtection, Selectors.Data)]
    [InlineData(0u, Selectors.Data1 & ~3, Vectors.GeneralProtection, Selectors.Data1 & ~3)]
    [InlineData(0u, Selectors.Code32, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(0u, Selectors.AbsentStack, Vectors.StackFault, Selectors.AbsentStack)]
    [InlineData(3u, Selectors.UserData, -1, 0)]
    [InlineData(3u, Selectors.ReadOnlyData | 3, Vectors.GeneralProtection, Selectors.ReadOnlyData)]
    [InlineData(3u, Selectors.Data | 3, Vectors.GeneralProtection, Selectors.Data)]
    public void StackSegment(uint privilege, ushort selector, int vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege);
        machine[RegisterIndex.Rax] = selector;
        if (vector >= 0)
        {
            Assert.Equal(((byte)vector, error), machine.Fault(0x8E, 0xD0)); // mov ss, ax
            return;
        }

        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xD0)); // mov ss, ax
        Assert.Equal(Shadow.InterruptsAndTraps, machine.Cpu->InterruptShadow);
        Assert.Equal(SystemMachine.Code + 2, machine.Cpu->Rip);
        machine.Cpu->Events = (uint)(PendingEvents.Nmi | PendingEvents.External);
        Assert.False(Interrupts.TryDeliver(machine.Cpu));
    }

    [Fact]
    public void KernelOf64BitCodeMayHaveNoStackSegment()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = 0;
        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xD0)); // mov ss, eax
        Assert.Equal(0u, machine.Cpu->Cpl);
        using SystemMachine user = SystemMachine.Long(privilege: 3);
        user[RegisterIndex.Rax] = 3;
        Assert.Equal((Vectors.GeneralProtection, 0), user.Fault(0x8E, 0xD0)); // mov ss, eax
    }

    [Fact]
    public void LoadOfCodeIsUndefined()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = Selectors.Code32;
        MicroOp op = new() { Destination = SegmentIndex.Cs };
        Assert.Equal(Step.Fault, SegmentMoves.Load(machine.Cpu, &op));
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.LastFault());
    }

    [Fact]
    public void FailedPopLeavesTheStackPointer()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Write32((uint)machine.Rsp, Selectors.Beyond);
        Assert.Equal((Vectors.GeneralProtection, Selectors.Beyond), machine.Fault(0x1F)); // pop ds
        Assert.Equal(SystemMachine.InnerStack, machine.Rsp);
        machine.Write32((uint)machine.Rsp, Selectors.UserData);
        Assert.Equal(Step.EndBlock, machine.Execute(0x1F)); // pop ds
        Assert.Equal(SystemMachine.InnerStack + 4, machine.Rsp);
        Assert.Equal(Step.Next, machine.Execute(0x1E)); // push ds
        Assert.Equal(SystemMachine.InnerStack, machine.Rsp);
    }

    [Fact]
    public void FarPointerLoadsBothOrNeither()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = 0x11;
        machine.Write32(SystemMachine.Data, 0x1234_5678);
        machine.Write16(SystemMachine.Data + 4, Selectors.Beyond);
        byte[] lgs = [0x0F, 0xB5, 0x05, 0x00, 0x00, 0x05, 0x00]; // lgs eax, [0x50000]
        Assert.Equal((Vectors.GeneralProtection, Selectors.Beyond), machine.Fault(lgs));
        Assert.Equal(0x11u, machine[RegisterIndex.Rax]);
        machine.Write16(SystemMachine.Data + 4, Selectors.UserData);
        Assert.Equal(Step.EndBlock, machine.Execute(lgs));
        Assert.Equal(0x1234_5678u, machine[RegisterIndex.Rax]);
        Assert.Equal(Selectors.UserData, machine.Selector(SegmentIndex.Gs));
    }
}
