namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>LGDT and its kind, LLDT, LTR, LAR, LSL, VERR, VERW, ARPL, debug registers.</summary>
public unsafe class DescriptorInstructionTests
{
    [Fact]
    public void TableRegistersGoToMemoryAndBack()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        machine.Write16(SystemMachine.Data, 0x1FF);
        machine.Write64(SystemMachine.Data + 2, 0xFFFF_8000_1234_5678);
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0x18)); // lidt [rax]
        Assert.Equal((0xFFFF_8000_1234_5678, 0x1FF), (machine.Cpu->Idtr.Base, machine.Cpu->Idtr.Limit));
        machine[RegisterIndex.Rax] = SystemMachine.Data + 0x100;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0x08)); // sidt [rax]
        Assert.Equal(0xFFFF_8000_1234_5678, machine.Read64(SystemMachine.Data + 0x102));
        machine.Write64(SystemMachine.Data + 0x102, 0x8000_0000_0000);
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x01, 0x10)); // lgdt [rax]
    }

    [Fact]
    public void SixteenBitOperandLoadsTwentyFourBitsOfBase()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.Write16(0x100, 0x17);
        machine.Write32(0x102, 0x1234_5678);
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0x16, 0x00, 0x01)); // lgdt [0x100]
        Assert.Equal((0x34_5678UL, 0x17), (machine.Cpu->Gdtr.Base, machine.Cpu->Gdtr.Limit));
        Assert.Equal(Step.Next, machine.Execute(0x66, 0x0F, 0x01, 0x16, 0x00, 0x01)); // o32 lgdt [0x100]
        Assert.Equal(0x1234_5678u, machine.Cpu->Gdtr.Base);
    }

    [Theory]
    [InlineData(Selectors.OtherTss, -1, 0)]
    [InlineData(Selectors.Tss, Vectors.GeneralProtection, Selectors.Tss)]
    [InlineData(0, Vectors.GeneralProtection, 0)]
    [InlineData(Selectors.OtherTss | 4, Vectors.GeneralProtection, Selectors.OtherTss | 4)]
    [InlineData(Selectors.Code32, Vectors.GeneralProtection, Selectors.Code32)]
    [InlineData(Selectors.Beyond, Vectors.GeneralProtection, Selectors.Beyond)]
    public void TaskRegister(ushort selector, int vector, int error)
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = selector;
        if (vector >= 0)
        {
            Assert.Equal(((byte)vector, error), machine.Fault(0x0F, 0x00, 0xD8)); // ltr ax
            return;
        }

        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x00, 0xD8)); // ltr ax
        Assert.Equal(SystemTypes.BusyTss32, machine.Ram[(int)SystemMachine.Gdt + selector + 5] & 15);
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x00, 0xCB)); // str ebx
        Assert.Equal(selector, machine[RegisterIndex.Rbx]);
    }

    [Fact]
    public void LongModeTaskRegisterHasA64BitBase()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Describe(Selectors.OtherTss + 8, 0xFFFF_8000);
        machine[RegisterIndex.Rax] = Selectors.OtherTss;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x00, 0xD8)); // ltr ax
        Assert.Equal(0xFFFF_8000_0000_0000 | SystemMachine.OtherTss, machine.Cpu->Segments[SegmentIndex.Tr].Base);
    }

    [Fact]
    public void LocalTableHoldsDescriptorsAndMayBeNone()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Write64(SystemMachine.Ldt, Descriptors.Flat(Descriptors.Data));
        machine[RegisterIndex.Rax] = Selectors.Ldt;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x00, 0xD0)); // lldt ax
        machine[RegisterIndex.Rbx] = 4;
        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xE3)); // mov fs, bx
        machine[RegisterIndex.Rax] = 0;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x00, 0xD0)); // lldt ax
        Assert.Equal((Vectors.GeneralProtection, 4), machine.Fault(0x8E, 0xE3)); // mov fs, bx
    }

    [Theory]
    [InlineData(0u, Selectors.Code32, true, true, false)]
    [InlineData(0u, Selectors.Data, true, true, true)]
    [InlineData(0u, Selectors.ExecuteOnly, true, false, false)]
    [InlineData(0u, Selectors.ReadOnlyData, true, true, false)]
    [InlineData(0u, 0, false, false, false)]
    [InlineData(0u, Selectors.Beyond, false, false, false)]
    [InlineData(0u, Selectors.Tss, true, false, false)]
    [InlineData(3u, Selectors.Data, false, false, false)]
    [InlineData(3u, Selectors.ConformingCode, true, true, false)]
    [InlineData(3u, Selectors.UserData, true, true, true)]
    public void QueriesAnswerInTheZeroFlag(uint privilege, ushort selector, bool visible, bool readable, bool writable)
    {
        using SystemMachine machine = SystemMachine.Protected(privilege);
        machine[RegisterIndex.Rax] = selector;
        Assert.Equal(visible, Ask(machine, 0x0F, 0x02, 0xD8)); // lar ebx, eax
        Assert.Equal(visible, Ask(machine, 0x0F, 0x03, 0xC8)); // lsl ecx, eax
        Assert.Equal(readable, Ask(machine, 0x0F, 0x00, 0xE0)); // verr ax
        Assert.Equal(writable, Ask(machine, 0x0F, 0x00, 0xE8)); // verw ax
        if (visible)
        {
            ulong raw = machine.Read64(SystemMachine.Gdt + (selector & 0xFFF8u));
            Assert.Equal((uint)(raw >> 32) & 0xFF_FF00, machine[RegisterIndex.Rbx]);
            Assert.Equal(new Descriptor(raw).Limit, machine[RegisterIndex.Rcx]);
        }
    }

    [Theory]
    [InlineData(0x10, 3, 0x13, true)]
    [InlineData(0x13, 0, 0x13, false)]
    public void ArplRaisesTheRequestedLevel(ushort selector, ushort least, ushort result, bool raised)
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = selector;
        machine[RegisterIndex.Rbx] = least;
        Assert.Equal(raised, Ask(machine, 0x63, 0xD8)); // arpl ax, bx
        Assert.Equal(result, machine[RegisterIndex.Rax]);
    }

    [Fact]
    public void DebugRegistersKeepTheirFixedBits()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = 0;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x23, 0xF0)); // mov dr6, rax
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x23, 0xF8)); // mov dr7, rax
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x21, 0xE3)); // mov rbx, dr4
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x21, 0xF9)); // mov rcx, dr7
        Assert.Equal((0xFFFF_0FF0u, 0x400u), (machine[RegisterIndex.Rbx], machine[RegisterIndex.Rcx]));
        machine.Cpu->Cr4 |= Cr4Bits.DebuggingExtensions;
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x21, 0xE3)); // mov rbx, dr4
        machine[RegisterIndex.Rax] = 1UL << 32;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x23, 0xF8)); // mov dr7, rax
        machine[RegisterIndex.Rax] = DebugBits.GeneralDetect;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x23, 0xF8)); // mov dr7, rax
        Assert.Equal((Vectors.Debug, -1), machine.Fault(0x0F, 0x21, 0xC3)); // mov rbx, dr0
        Assert.NotEqual(0u, machine.Cpu->Debug[6] & DebugBits.AccessDetected);
    }

    [Fact]
    public void PopfChangesWhatTheLevelMayChange()
    {
        using SystemMachine machine = SystemMachine.Protected(privilege: 3);
        machine.Write32((uint)machine.Rsp, 0x24_7CD7);
        Assert.Equal(Step.EndBlock, machine.Execute(0x9D)); // popfd
        Assert.Equal(0x24_4ED7u, machine.Cpu->Rflags);
        using SystemMachine kernel = SystemMachine.Protected();
        kernel.Write32((uint)kernel.Rsp, 0x1F_7CD7);
        Assert.Equal(Step.EndBlock, kernel.Execute(0x9D)); // popfd
        Assert.Equal(0x4_7CD7u, kernel.Cpu->Rflags);
        Assert.Equal(Step.Next, kernel.Execute(0x9C)); // pushfd
        Assert.Equal(0x4_7CD7u, kernel.Read32((uint)kernel.Rsp));
    }

    private static bool Ask(SystemMachine machine, params byte[] code)
    {
        Assert.Equal(Step.Next, machine.Execute(code));
        return (Flags.Get(machine.Cpu) & StatusFlags.Zero) != 0;
    }
}
