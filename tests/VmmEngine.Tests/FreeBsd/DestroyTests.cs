using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class DestroyTests
{
    private readonly FreeBsdHost _host = new();
    private readonly ControlHandle _control;

    public DestroyTests() => _control = _host.OpenControl();

    [Fact]
    public void AnUnknownVmIsAnInvalidArgument() => Assert.Equal(Errno.EINVAL, _control.Destroy("a"));

    [Fact]
    public void ADestructionRentsNothingOfTheVm()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");

        Assert.Equal(0, _control.Destroy("a"));
        Assert.Equal(0u, vm.Vm.Locks->Lines.First);
        GC.KeepAlive(vm);
    }

    [Fact]
    public void OpenDescriptorsAnswerThatTheDeviceIsGone()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");
        using VmCaller caller = vm.CreateCaller();
        vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);

        Assert.Equal(0, _control.Destroy("a"));

        vm_cpu_topology topology = default;
        Assert.Equal(Errno.ENXIO, vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, ref topology));
        Assert.Equal(Errno.ENXIO, caller.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, &topology));
        Assert.Equal(Errno.ENOENT, _host.TryOpenVm("a", Users.Root));
        HostAssert.NothingHeldAfterDestroy(vm, callers: 1);
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void AGoneDeviceStillChecksTheWordFirstAndAsksForNoRowAfterwards()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");
        _control.Destroy("a");

        Assert.Equal(Errno.ENOTTY, vm.Ioctl(0x0000_7604, null));
        Assert.Equal(Errno.EFAULT, vm.Ioctl(VmCommandWords.VM_SUSPEND, null));
        Assert.Equal(Errno.ENXIO, vm.Ioctl(0x2000_7699, null)); // no row has this word
    }

    [Fact]
    public void ADestroyedVmCreatesNoVcpus()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");
        vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
        _control.Destroy("a");

        Assert.Equal(1, HostAssert.CountVcpus(vm, VcpuState.Idle));
        Assert.Equal(1u, vm.Vm.Locks->CreationForbidden);
    }

    [Fact]
    public void ActiveVcpusHearOfIt()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");
        vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
        _control.Destroy("a");

        Assert.Equal(VcpuRequests.Suspend, (VcpuRequests)vm.Vm.Locks->Vcpus[0].Requests);
        Assert.Equal(vm_suspend_how.VM_SUSPEND_DESTROY, vm.Vm.SuspendReason);
    }

    [Fact]
    public void APendingSuspendKeepsItsReason()
    {
        _control.Create("a");
        VmHandle vm = _host.OpenVm("a");
        vm.Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_HALT });

        Assert.Equal(0, _control.Destroy("a"));
        Assert.Equal(vm_suspend_how.VM_SUSPEND_HALT, vm.Vm.SuspendReason);
    }

    [Fact]
    public void ClosingAVmsDescriptorsLeavesItAlive()
    {
        _control.Create("a");
        _host.OpenVm("a").Close();
        _control.Close();
        HostAssert.Quiet(_host, vms: 1);
    }

    [Fact]
    public void AnotherUsersVmNeedsThePrivilege()
    {
        ControlHandle alice = _host.OpenControl(Users.Alice);
        alice.Create("a", DeviceCalls.DestroyOnClose);

        Assert.Equal(Errno.EPERM, _host.OpenControl(Users.Bob).Destroy("a"));
        Assert.Equal(0, _control.Destroy("a"));
    }

    [Fact]
    public void OnesOwnVmNeedsNone()
    {
        ControlHandle alice = _host.OpenControl(Users.Alice);
        alice.Create("a", DeviceCalls.DestroyOnClose);

        Assert.Equal(0, _host.OpenControl(Users.Alice).Destroy("a"));
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void TheSameUserInAnotherJailIsAnotherUser()
    {
        _host.OpenControl(Users.Alice with { Jail = new(1, AllowVmm: true) }).Create("a", DeviceCalls.DestroyOnClose);

        Assert.Equal(Errno.EPERM, _host.OpenControl(Users.Alice).Destroy("a"));
        HostAssert.Quiet(_host, vms: 1);
    }
}
