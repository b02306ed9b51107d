namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>The ways between real, protected and long mode, and what control registers refuse.</summary>
public unsafe class ModeSwitchTests
{
    [Fact]
    public void FromRealToProtectedAndBackKeepsBigSegments()
    {
        using SystemMachine machine = SystemMachine.Real();
        Selectors.WriteTable(machine, wide: false);
        machine[RegisterIndex.Rax] = Cr0Bits.ProtectionEnable | Cr0Bits.ExtensionType;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x22, 0xC0)); // mov cr0, eax
        Assert.Equal(CpuMode.Protected16, machine.Cpu->Mode);
        Assert.Equal(0u, machine.Cpu->Cpl);
        machine[RegisterIndex.Rbx] = Selectors.Data;
        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xDB)); // mov ds, bx
        machine[RegisterIndex.Rax] = Cr0Bits.ExtensionType;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x22, 0xC0)); // mov cr0, eax
        Assert.Equal(CpuMode.Real, machine.Cpu->Mode);
        machine[RegisterIndex.Rbx] = 0;
        Assert.Equal(Step.EndBlock, machine.Execute(0x8E, 0xDB)); // mov ds, bx
        Assert.Equal(uint.MaxValue, machine.Cpu->Segments[SegmentIndex.Ds].Limit);
        Assert.Equal(0u, machine.Cpu->Segments[SegmentIndex.Ds].Base);
    }

    [Fact]
    public void LongModeBeginsWithPagingAndEndsWithIt()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        machine.Write32(SystemMachine.Data, SystemMachine.Handler);
        machine.Write16(SystemMachine.Data + 4, Selectors.Code32);
        machine[RegisterIndex.Rbx] = machine.Cpu->Cr0 & ~Cr0Bits.Paging;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x22, 0xC3)); // mov cr0, rbx
        Assert.Equal(Step.EndBlock, machine.Execute(0xFF, 0x28)); // jmp far [rax]
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x22, 0xC3)); // mov cr0, ebx
        Assert.Equal(EferBits.LongModeEnable | EferBits.SystemCall, machine.Cpu->Efer);
        Assert.Equal(CpuMode.Protected32, machine.Cpu->Mode);
        machine[RegisterIndex.Rbx] |= Cr0Bits.Paging;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x22, 0xC3)); // mov cr0, ebx
        Assert.NotEqual(0u, machine.Cpu->Efer & EferBits.LongModeActive);
        Assert.Equal(CpuMode.Compatibility32, machine.Cpu->Mode);
    }

    [Theory]
    [InlineData(Cr0Bits.Paging)]
    [InlineData(Cr0Bits.NotWriteThrough | Cr0Bits.ProtectionEnable)]
    public void Cr0Refuses(ulong value)
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = value;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x22, 0xC0)); // mov cr0, eax
        Assert.Equal(Cr0Bits.ProtectionEnable | Cr0Bits.ExtensionType, machine.Cpu->Cr0);
    }

    [Fact]
    public void LongModeNeedsPhysicalAddressExtension()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Cpu->Efer = EferBits.LongModeEnable;
        machine[RegisterIndex.Rax] = Cr0Bits.Paging | Cr0Bits.ProtectionEnable;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x22, 0xC0)); // mov cr0, eax
        Assert.Equal(EferBits.LongModeEnable, machine.Cpu->Efer);
    }

    [Theory]
    [InlineData(0xE0, 1UL << 31)]
    [InlineData(0xE0, 0UL)]
    [InlineData(0xD8, 1UL << 63)]
    [InlineData(0xC0, 0x1_8000_0001UL)]
    public void LongModeRefuses(byte modRm, ulong value)
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = value;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x22, modRm)); // mov cr4/cr3/cr0, rax
    }

    [Fact]
    public void TaskPriorityHasFourBits()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = 15;
        Assert.Equal(Step.EndBlock, machine.Execute(0x44, 0x0F, 0x22, 0xC0)); // mov cr8, rax
        machine[RegisterIndex.Rax] = 16;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x44, 0x0F, 0x22, 0xC0)); // mov cr8, rax
        Assert.Equal(Step.Next, machine.Execute(0x44, 0x0F, 0x20, 0xC3)); // mov rbx, cr8
        Assert.Equal(15u, machine[RegisterIndex.Rbx]);
    }

    [Fact]
    public void DirectoryPointersThatAreWrongRefuseCr3()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Cpu->Cr4 = Cr4Bits.PhysicalAddressExtension;
        machine.Write64(SystemMachine.Data, 0x1E7);
        machine.Cpu->Cr3 = SystemMachine.Data;
        machine[RegisterIndex.Rax] = Cr0Bits.Paging | Cr0Bits.ProtectionEnable;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x22, 0xC0)); // mov cr0, eax
        Assert.Equal(0u, machine.Cpu->Cr0 & Cr0Bits.Paging);
    }

    [Fact]
    public void MachineStatusWordSetsButDoesNotClearProtection()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine[RegisterIndex.Rax] = Cr0Bits.TaskSwitched;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x01, 0xF0)); // lmsw ax
        Assert.Equal(Cr0Bits.ProtectionEnable | Cr0Bits.TaskSwitched | Cr0Bits.ExtensionType, machine.Cpu->Cr0);
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x06)); // clts
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0xE3)); // smsw ebx
        Assert.Equal(Cr0Bits.ProtectionEnable | Cr0Bits.ExtensionType, machine[RegisterIndex.Rbx]);
    }

    public static TheoryData<byte[]> Privileged => new(
        [0x0F, 0x22, 0xC0], // mov cr0, rax
        [0x0F, 0x20, 0xC0], // mov rax, cr0
        [0x0F, 0x23, 0xC0], // mov dr0, rax
        [0x0F, 0x01, 0x10], // lgdt [rax]
        [0x0F, 0x01, 0x18], // lidt [rax]
        [0x0F, 0x01, 0xF0], // lmsw ax
        [0x0F, 0x01, 0x38], // invlpg [rax]
        [0x0F, 0x01, 0xF8], // swapgs
        [0x0F, 0x00, 0xD0], // lldt ax
        [0x0F, 0x00, 0xD8], // ltr ax
        [0x0F, 0x06], // clts
        [0x0F, 0x09], // wbinvd
        [0x0F, 0x08], // invd
        [0x0F, 0x30], // wrmsr
        [0x0F, 0x32], // rdmsr
        [0x0F, 0x33], // rdpmc
        [0xF4], // hlt
        [0xFA], // cli
        [0xFB], // sti
        [0x48, 0x0F, 0x07], // sysretq
        [0x0F, 0x35]); // sysexit

    [Theory]
    [MemberData(nameof(Privileged))]
    public void UserIsRefused(byte[] code)
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Msrs.SysenterCs = 8;
        machine[RegisterIndex.Rax] = SystemMachine.Data;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(code));
        Assert.Equal(SystemMachine.Code, machine.Cpu->Rip);
    }

    [Fact]
    public void StiHoldsInterruptsOffForOneInstruction()
    {
        using SystemMachine machine = SystemMachine.Protected();
        Assert.Equal(Step.EndBlock, machine.Execute(0xFB)); // sti
        Assert.Equal(Shadow.None, machine.Cpu->InterruptShadow);
        Assert.Equal(Step.EndBlock, machine.Execute(0xFA)); // cli
        Assert.Equal(Step.EndBlock, machine.Execute(0xFB)); // sti
        Assert.Equal(Shadow.Interrupts, machine.Cpu->InterruptShadow);
    }
}
