using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class RegisterTests
{
    private static readonly int[] Inexpressible =
    [
        -1, int.MinValue, 49, int.MaxValue, vm_reg_name.VM_REG_GUEST_IDTR, vm_reg_name.VM_REG_GUEST_GDTR, vm_reg_name.VM_REG_GUEST_PDPTE0,
        vm_reg_name.VM_REG_GUEST_PDPTE1, vm_reg_name.VM_REG_GUEST_PDPTE2,
        vm_reg_name.VM_REG_GUEST_PDPTE3,
    ];

    private readonly GuestVm _guest = new();

    public RegisterTests() => _guest.WithVcpu();

    [Fact]
    public void EveryRegisterKeepsAValueOfItsOwn()
    {
        int[] registers = [.. Enumerable.Range(0, 49).Except(Inexpressible).Except([vm_reg_name.VM_REG_GUEST_INTR_SHADOW, vm_reg_name.VM_REG_GUEST_ENTRY_INST_LENGTH, vm_reg_name.VM_REG_GUEST_TPR, vm_reg_name.VM_REG_GUEST_CR0])];
        foreach (int register in registers)
        {
            _guest.Set(register, 0x1000u + (uint)register);
        }

        _guest.Set(vm_reg_name.VM_REG_GUEST_CR0, 0x11).Set(vm_reg_name.VM_REG_GUEST_TPR, 15);
        Assert.All(registers, register => Assert.Equal(0x1000u + (uint)register, _guest.Get(register)));
        Assert.Equal(15u, _guest.Get(vm_reg_name.VM_REG_GUEST_TPR));
        Assert.Equal(0x11u, _guest.Get(vm_reg_name.VM_REG_GUEST_CR0));
        Assert.Equal(0x1000u + vm_reg_name.VM_REG_GUEST_RSP, _guest.Fake()->Registers.General[4]);
        Assert.Equal(0x1000u + vm_reg_name.VM_REG_GUEST_RSI, _guest.Fake()->Registers.General[6]);
        Assert.Equal(0x1000u + vm_reg_name.VM_REG_GUEST_KGS_BASE, _guest.Fake()->Registers.KernelGsBase);
    }

    [Fact]
    public void OthersAreRefused()
    {
        foreach (int register in Inexpressible)
        {
            vm_register argument = new() { regnum = register };
            Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(VmCommandWords.VM_GET_REGISTER, ref argument));
            Assert.Equal(Errno.EINVAL, _guest.TrySet(register, 0));
        }

        Assert.Equal(Errno.EINVAL, _guest.TrySet(vm_reg_name.VM_REG_GUEST_TPR, 16));
        Assert.Equal(Errno.EINVAL, _guest.TrySet(vm_reg_name.VM_REG_GUEST_INTR_SHADOW, 1));
        Assert.Equal(0, _guest.TrySet(vm_reg_name.VM_REG_GUEST_INTR_SHADOW, 0));
        Assert.Equal(0, _guest.TrySet(vm_reg_name.VM_REG_GUEST_ENTRY_INST_LENGTH, 5));
    }

    [Fact]
    public void PagingReachesTheBackEndWithTheNextRun()
    {
        _guest.Does(new VcpuExit { Reason = ExitReason.Pause }).Set(vm_reg_name.VM_REG_GUEST_CR0, 0x8000_0000).Set(vm_reg_name.VM_REG_GUEST_CR3, 0x3000);
        Assert.Equal((0x8000_0000UL, 0x3000UL), (_guest.Get(vm_reg_name.VM_REG_GUEST_CR0), _guest.Get(vm_reg_name.VM_REG_GUEST_CR3)));
        _guest.Set(vm_reg_name.VM_REG_GUEST_CR0, 0x8000_0001);
        Assert.NotEqual(0x3000UL, _guest.Fake()->Registers.Cr3);

        _guest.Run();
        Assert.Equal((0x8000_0001UL, 0x3000UL), (_guest.Fake()->Registers.Cr0, _guest.Fake()->Registers.Cr3));
    }

    [Fact]
    public void AVcpuWithRefusedRegistersFailsToEnterTheGuest()
    {
        _guest.Set(vm_reg_name.VM_REG_GUEST_RIP, 0x1234).Set(vm_reg_name.VM_REG_GUEST_CR0, 0x8000_0000);
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_VMX, 0x8000_0021u, 0x1234UL), (exit.exitcode, exit.u.vmx.exit_reason, exit.rip));
    }

    [Fact]
    public void ASegmentRegisterIsItsSelectorAndItsDescriptorApart()
    {
        vm_seg_desc set = new() { regnum = vm_reg_name.VM_REG_GUEST_SS, desc = new seg_desc { @base = 0x1234_5678_9ABC, limit = 0xFFFF_F000, access = 0xC093 } };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, ref set));
        _guest.Set(vm_reg_name.VM_REG_GUEST_SS, 0x1_0008);

        vm_seg_desc get = new() { regnum = vm_reg_name.VM_REG_GUEST_SS };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, ref get));
        Assert.Equal(set.desc, get.desc);
        Assert.Equal(8u, _guest.Get(vm_reg_name.VM_REG_GUEST_SS));
    }

    [Theory]
    [InlineData(vm_reg_name.VM_REG_GUEST_IDTR)]
    [InlineData(vm_reg_name.VM_REG_GUEST_GDTR)]
    public void ATablesDescriptorHasNoAccess(int register)
    {
        vm_seg_desc argument = new() { regnum = register, desc = new seg_desc { @base = 0x5000, limit = 0x7FF, access = 99 } };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, ref argument));
        argument.desc = new seg_desc { access = 1 };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, ref argument));
        Assert.Equal((0x5000UL, 0x7FFU, 0u), (argument.desc.@base, argument.desc.limit, argument.desc.access));
    }

    [Theory]
    [InlineData(vm_reg_name.VM_REG_GUEST_RFLAGS)]
    [InlineData(vm_reg_name.VM_REG_GUEST_EFER)]
    [InlineData(-1)]
    public void NoOtherRegisterHasADescriptor(int register)
    {
        Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = register }));
        Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = register }));
    }

    [Fact]
    public void ASetIsReadAllOrNothing()
    {
        _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 1).Set(vm_reg_name.VM_REG_GUEST_RBX, 2);
        Assert.Equal((0, 1UL, 2UL), Transfer(VmCommandWords.VM_GET_REGISTER_SET, [0, 1], 7, 7));
        Assert.Equal((Errno.EINVAL, 7UL, 7UL), Transfer(VmCommandWords.VM_GET_REGISTER_SET, [0, 99], 7, 7));
    }

    [Fact]
    public void ASetIsWrittenUpToTheFirstFailure()
    {
        Assert.Equal(Errno.EINVAL, Transfer(VmCommandWords.VM_SET_REGISTER_SET, [0, 99], 11, 12).Error);
        Assert.Equal(11u, _guest.Get(vm_reg_name.VM_REG_GUEST_RAX));
        Assert.Equal(0, Transfer(VmCommandWords.VM_SET_REGISTER_SET, [1, 1], 21, 22).Error);
        Assert.Equal(22u, _guest.Get(vm_reg_name.VM_REG_GUEST_RBX));
    }

    [Fact]
    public void ASetsArraysAreCopied()
    {
        int number = 0;
        ulong value = 0;
        foreach (uint command in new[] { VmCommandWords.VM_GET_REGISTER_SET, VmCommandWords.VM_SET_REGISTER_SET })
        {
            Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(command, new vm_register_set { count = 50 }));
            Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(command, new vm_register_set { count = uint.MaxValue, regnums = &number, regvals = &value }));
            Assert.Equal(Errno.EFAULT, _guest.Vm.Ioctl(command, new vm_register_set { count = 1, regnums = null, regvals = &value }));
            Assert.Equal(Errno.EFAULT, _guest.Vm.Ioctl(command, new vm_register_set { count = 1, regnums = &number, regvals = (ulong*)8 }));
            Assert.Equal(0, _guest.Vm.Ioctl(command, new vm_register_set { count = 0 }));
        }
    }

    [Fact]
    public void WithoutABackEndThereAreNoRegisters()
    {
        OneVm one = new();
        Assert.Equal(Errno.ENXIO, one.Vm.Ioctl(VmCommandWords.VM_GET_REGISTER, new vm_register()));
        Assert.Equal(Errno.ENXIO, one.Vm.Ioctl(VmCommandWords.VM_SET_REGISTER_SET, new vm_register_set()));
        Assert.Equal(Errno.ENXIO, one.Vm.Ioctl(VmCommandWords.VM_GET_CAPABILITY, new vm_capability()));
        Assert.Equal(Errno.EINVAL, one.Vm.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, new vm_seg_desc()));
        Assert.Equal(Errno.ENXIO, one.Vm.Vcpu(VmCommandWords.VM_INJECT_NMI, 0));
        Assert.Equal(Errno.ENXIO, one.Vm.Vcpu(VmCommandWords.VM_RESTART_INSTRUCTION, 0));
    }

    [Theory]
    [InlineData(vm_cap_type.VM_CAP_HALT_EXIT, 0)]
    [InlineData(vm_cap_type.VM_CAP_PAUSE_EXIT, 0)]
    [InlineData(vm_cap_type.VM_CAP_BPT_EXIT, 0)]
    [InlineData(vm_cap_type.VM_CAP_IPI_EXIT, 0)]
    [InlineData(vm_cap_type.VM_CAP_UNRESTRICTED_GUEST, 0)]
    [InlineData(vm_cap_type.VM_CAP_MTRAP_EXIT, Errno.ENOENT)]
    [InlineData(vm_cap_type.VM_CAP_ENABLE_INVPCID, Errno.ENOENT)]
    [InlineData(vm_cap_type.VM_CAP_RDPID, Errno.ENOENT)]
    [InlineData(vm_cap_type.VM_CAP_RDTSCP, Errno.ENOENT)]
    [InlineData(vm_cap_type.VM_CAP_MASK_HWINTR, Errno.ENOENT)]
    [InlineData(vm_cap_type.VM_CAP_RFLAGS_TF, Errno.ENOENT)]
    [InlineData(11, Errno.EINVAL)]
    [InlineData(-1, Errno.EINVAL)]
    public void ACapabilityIsOffUntilItIsTurnedOn(int capability, int error)
    {
        Assert.Equal((error, 0), GetCapability(capability));
        Assert.Equal(error, SetCapability(capability, 5));
        Assert.Equal((error, error == 0 ? 1 : 0), GetCapability(capability));
        Assert.Equal((error, 0), GetCapability(capability, id: 1)); // allcpus means nothing
        Assert.Equal(error, SetCapability(capability, 0));
        Assert.Equal((error, 0), GetCapability(capability));
    }

    [Fact]
    public void TheBackEndIsToldWhichExitsToMake()
    {
        SetCapability(vm_cap_type.VM_CAP_PAUSE_EXIT, 1);
        SetCapability(vm_cap_type.VM_CAP_HALT_EXIT, 1);
        Assert.Equal(VmmEngine.Backends.ExitControls.Pause, _guest.Fake()->Controls);
        SetCapability(vm_cap_type.VM_CAP_BPT_EXIT, 1);
        SetCapability(vm_cap_type.VM_CAP_PAUSE_EXIT, 0);
        Assert.Equal(VmmEngine.Backends.ExitControls.Breakpoint, _guest.Fake()->Controls);
    }

    private (int Error, int Value) GetCapability(int capability, int id = 0)
    {
        vm_capability argument = new() { cpuid = id, captype = capability };
        int error = _guest.Vm.Ioctl(VmCommandWords.VM_GET_CAPABILITY, ref argument);
        return (error, argument.capval);
    }

    private int SetCapability(int capability, int value) =>
        _guest.Vm.Ioctl(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { captype = capability, capval = value, allcpus = 1 });

    private (int Error, ulong First, ulong Second) Transfer(uint command, int[] registers, ulong first, ulong second)
    {
        ulong* values = stackalloc ulong[2] { first, second };
        fixed (int* numbers = registers)
        {
            int error = _guest.Vm.Ioctl(command, new vm_register_set { count = (uint)registers.Length, regnums = numbers, regvals = values });
            return (error, values[0], values[1]);
        }
    }
}
