namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>SYSCALL, SYSRET, SYSENTER and SYSEXIT.</summary>
public unsafe class SystemCallTests
{
    [Fact]
    public void SyscallAndSysretGoThereAndBack()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Msrs.Star = 0x0023_0028_0000_0000;
        machine.Cpu->Msrs.Lstar = SystemMachine.Handler;
        machine.Cpu->Msrs.Sfmask = FlagBits.Interrupt;
        machine.Cpu->Rflags |= StatusFlags.Carry;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x05)); // syscall
        Assert.Equal((0u, SystemMachine.Handler), (machine.Cpu->Cpl, machine.Cpu->Rip));
        Assert.Equal((0x28, 0x30), (machine.Selector(SegmentIndex.Cs), machine.Selector(SegmentIndex.Ss)));
        Assert.Equal(SystemMachine.Code + 2, machine[RegisterIndex.Rcx]);
        Assert.Equal(0x203u, machine[RegisterIndex.R11]);
        Assert.Equal(3u, machine.Cpu->Rflags);
        Assert.Equal(Step.EndBlock, machine.Execute(0x48, 0x0F, 0x07)); // sysretq
        Assert.Equal((3u, SystemMachine.Code + 2), (machine.Cpu->Cpl, machine.Cpu->Rip));
        Assert.Equal((0x33, 0x2B), (machine.Selector(SegmentIndex.Cs), machine.Selector(SegmentIndex.Ss)));
        Assert.Equal(0x203u, machine.Cpu->Rflags);
    }

    [Fact]
    public void SysretToCompatibilityMode()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Cpu->Msrs.Star = 0x0023_0028_0000_0000;
        machine[RegisterIndex.Rcx] = 0xFFFF_FFFF_0001_0000;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x07)); // sysretd
        Assert.Equal((CpuMode.Compatibility32, 0x1_0000UL, 0x23), (machine.Cpu->Mode, machine.Cpu->Rip, machine.Selector(SegmentIndex.Cs)));
    }

    [Fact]
    public void SysretToNoAddressFaultsInTheKernel()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rcx] = 0x8000_0000_0000;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x48, 0x0F, 0x07)); // sysretq
        Assert.Equal(0u, machine.Cpu->Cpl);
    }

    [Fact]
    public void SyscallMustBeSwitchedOn()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Efer &= ~EferBits.SystemCall;
        Assert.Equal((Vectors.InvalidOpcode, -1), machine.Fault(0x0F, 0x05)); // syscall
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SysenterAndSysexit(bool wide)
    {
        using SystemMachine machine = wide ? SystemMachine.Long(3) : SystemMachine.Protected(3);
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x34)); // sysenter
        machine.Cpu->Msrs.SysenterCs = 8;
        machine.Cpu->Msrs.SysenterEip = SystemMachine.Handler;
        machine.Cpu->Msrs.SysenterEsp = SystemMachine.InnerStack;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x34)); // sysenter
        Assert.Equal((0u, SystemMachine.Handler, SystemMachine.InnerStack), (machine.Cpu->Cpl, machine.Cpu->Rip, machine.Rsp));
        Assert.Equal(wide ? CpuMode.Long64 : CpuMode.Protected32, machine.Cpu->Mode);
        Assert.Equal(0u, machine.Cpu->Rflags & FlagBits.Interrupt);
        machine[RegisterIndex.Rdx] = SystemMachine.Code;
        machine[RegisterIndex.Rcx] = SystemMachine.OuterStack;
        Assert.Equal(Step.EndBlock, machine.Execute(0x0F, 0x35)); // sysexit
        Assert.Equal((3u, SystemMachine.Code, SystemMachine.OuterStack), (machine.Cpu->Cpl, machine.Cpu->Rip, machine.Rsp));
        Assert.Equal((0x1B, 0x23), (machine.Selector(SegmentIndex.Cs), machine.Selector(SegmentIndex.Ss)));
    }
}
