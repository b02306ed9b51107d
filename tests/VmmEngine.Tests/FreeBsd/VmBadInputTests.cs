using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class VmBadInputTests
{
    private const int LargestArgument = 8192;

    private readonly OneVm _one = new();
    private readonly byte[] _argument = new byte[LargestArgument];

    private VmHandle Vm => _one.Vm;

    [Theory]
    [InlineData(0x2000_7600u)] // a retired number
    [InlineData(0x8210_7632u)] // VM_STATS in one direction only
    [InlineData(0xC21C_7632u)] // VM_STATS of a size that never was
    [InlineData(0x8024_7601u)] // VM_RUN of a size that never was
    [InlineData(0x4004_7604u)] // VM_SUSPEND the other way round
    [InlineData(0x8004_5604u)] // of another group
    [InlineData(0x0004_7604u)] // malformed
    [InlineData(ControlCommandWords.VMMCTL_VM_CREATE)] // of another device
    [InlineData(ControlCommandWords.VMMCTL_VM_DESTROY)]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void OtherWordsAreNoCommands(uint command)
    {
        Assert.Equal(Errno.ENOTTY, Call(command));
        HostAssert.NothingHeld(Vm);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    public void EveryCommandThatReadsAnArgumentFaultsOnAnAddressInTheFirstPage(int address)
    {
        foreach (CommandRow row in Commands().Where(row => row.Direction is "IOW" or "IOWR"))
        {
            Assert.True(Vm.Ioctl(row.Value!.Value, (void*)address) == Errno.EFAULT, row.Name);
        }

        HostAssert.NothingHeld(Vm);
        Assert.Equal(0, HostAssert.CountVcpus(Vm, VcpuState.Idle));
    }

    [Fact]
    public void ACommandThatOnlyWritesFaultsAfterItHasSucceeded()
    {
        Assert.Equal(Errno.EFAULT, Vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, null));
        Assert.Equal(Errno.EFAULT, Vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, (void*)8));
        Assert.Equal(Errno.EFAULT, Vm.Ioctl(VmCommandWords.VM_GET_HPET_CAPABILITIES, null));
        HostAssert.NothingHeld(Vm);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void EveryCommandOnOneVcpuRefusesAnIdThatNamesNone(int id)
    {
        BitConverter.TryWriteBytes(_argument, id);
        foreach (CommandRow row in Commands().Where(row => row.Flags.Contains("LOCK_ONE_VCPU")))
        {
            Assert.True(Call(row.Value!.Value) == Errno.EINVAL, row.Name);
        }

        HostAssert.NothingHeld(Vm);
        Assert.Equal(0, HostAssert.CountVcpus(Vm, VcpuState.Idle));
    }

    [Fact]
    public void MinusOneMeansNoVcpuWhereTheRowSaysSo()
    {
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, -1));
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, -1));
        Assert.Equal(Errno.ENXIO, Vm.Ioctl(VmCommandWords.VM_LAPIC_LOCAL_IRQ, new vm_lapic_irq { cpuid = -1 }));
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, -2));
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 4));
        Assert.Equal(0, HostAssert.CountVcpus(Vm, VcpuState.Idle));
    }

    [Fact]
    public void AnyValidIdCreatesItsVcpu()
    {
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 3)); // not active, but from now on there
        Assert.Equal(VcpuState.Idle, (VcpuState)Vm.Vm.Locks->Vcpus[3].State);
        HostAssert.NothingHeld(Vm);
    }

    [Fact]
    public void AClosedHandleAndItsCallersAreBad()
    {
        using VmCaller caller = Vm.CreateCaller();
        int id = 0;
        Assert.Equal(0, caller.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &id));

        Assert.Equal(0, Vm.Close());
        Assert.Equal(Errno.EBADF, caller.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &id));
        Assert.Equal(Errno.EBADF, Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1));
        Assert.Equal(Errno.EFAULT, Vm.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, null));
        Assert.Equal(Errno.ENOTTY, Vm.Ioctl(0x0000_7601, null));
        Assert.Equal(Errno.EBADF, Vm.Close());
        HostAssert.NothingHeld(Vm, callers: 1);
    }

    [Fact]
    public void ADisposedCallerIsBadAndGivesItsLineBackOnce()
    {
        VmCaller caller = Vm.CreateCaller();
        HostAssert.NothingHeld(Vm, callers: 1);
        caller.Dispose();
        using VmCaller next = Vm.CreateCaller();
        caller.Dispose();

        int id = 0;
        Assert.Equal(Errno.EBADF, caller.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &id));
        HostAssert.NothingHeld(Vm, callers: 1);
    }

    [Fact]
    public void ADescriptorForNothingIsBad()
    {
        VmHandle handle = _one.Host.OpenVm("a", mode: OpenMode.None);
        Assert.Equal(Errno.EBADF, handle.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0));
    }

    private static IEnumerable<CommandRow> Commands() =>
        VmCommandTable.Rows.Where(row => row.Value is not null && row.Option is not ("Snapshot" or "Snapshot13"));

    private int Call(uint command)
    {
        fixed (byte* argument = _argument)
        {
            return Vm.Ioctl(command, argument);
        }
    }
}
