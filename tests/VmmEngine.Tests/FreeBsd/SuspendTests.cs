using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class SuspendTests
{
    private readonly OneVm _one = new();

    private VmHandle Vm => _one.Vm;

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(vm_suspend_how.VM_SUSPEND_NONE)]
    [InlineData(vm_suspend_how.VM_SUSPEND_LAST)]
    [InlineData(int.MaxValue)]
    public void ThereAreFiveReasons(int how)
    {
        Assert.Equal(Errno.EINVAL, Suspend(how));
        Assert.Equal(vm_suspend_how.VM_SUSPEND_NONE, Vm.Vm.SuspendReason);
    }

    [Fact]
    public void TheFirstReasonStays()
    {
        Assert.Equal(0, Suspend(vm_suspend_how.VM_SUSPEND_POWEROFF));
        Assert.Equal(Errno.EALREADY, Suspend(vm_suspend_how.VM_SUSPEND_RESET));
        Assert.Equal(Errno.EINVAL, Suspend(vm_suspend_how.VM_SUSPEND_NONE));
        Assert.Equal(vm_suspend_how.VM_SUSPEND_POWEROFF, Vm.Vm.SuspendReason);
    }

    [Fact]
    public void ActiveVcpusAreAskedToLeaveAndOthersAreNot()
    {
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 2); // there, but not active
        Suspend(vm_suspend_how.VM_SUSPEND_HALT);

        Assert.Equal(VcpuRequests.Suspend, (VcpuRequests)Vm.Vm.Locks->Vcpus[1].Requests);
        Assert.Equal(VcpuRequests.None, (VcpuRequests)Vm.Vm.Locks->Vcpus[2].Requests);
    }

    [Fact]
    public void AVcpuThatIsActivatedLaterHearsOfIt()
    {
        Suspend(vm_suspend_how.VM_SUSPEND_HALT);
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        Assert.Equal(VcpuRequests.Suspend, (VcpuRequests)Vm.Vm.Locks->Vcpus[1].Requests);
    }

    private int Suspend(int how) => Vm.Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = how });
}
