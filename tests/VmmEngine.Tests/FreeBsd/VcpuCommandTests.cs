using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class VcpuCommandTests
{
    private readonly OneVm _one = new();

    private VmHandle Vm => _one.Vm;

    [Fact]
    public void AVcpuIsActivatedOnce()
    {
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 2));
        Assert.Equal(Errno.EBUSY, Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 2));
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0));
    }

    [Fact]
    public void OnlyActiveVcpusAreStopped()
    {
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 1));
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 1));
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 1));
        Assert.Equal(VcpuRequests.DebugStop, (VcpuRequests)Vm.Vm.Locks->Vcpus[1].Requests);
    }

    [Fact]
    public void OnlyStoppedVcpusAreResumed()
    {
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 1));
        Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 1);
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 1));
        Assert.Equal(Errno.EINVAL, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 1));
    }

    [Fact]
    public void MinusOneStopsAllActiveVcpusAndResumesAll()
    {
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 3);

        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, -1));
        Assert.Equal(0b1001ul, CpuSetTests.Read(Vm, vm_cpuset_which.VM_DEBUG_CPUS));
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, -1));
        Assert.Equal(0ul, CpuSetTests.Read(Vm, vm_cpuset_which.VM_DEBUG_CPUS));
    }

    [Fact]
    public void StoppingNeedsNoFreeze()
    {
        Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
        Assert.True(VcpuLocks.TryFreeze(ref *Vm.Vm.Locks, 0, out Vcpu* vcpu)); // as a vCPU that runs

        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 0));
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 0));
        VcpuLocks.Thaw(vcpu);
        HostAssert.NothingHeld(Vm);
    }
}
