using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>A VM whose life is tied to a descriptor of its own device, which upstream does not offer.</summary>
public class TiedLifetimeTests
{
    private readonly FreeBsdHost _host = new();
    private readonly ControlHandle _control;

    public TiedLifetimeTests() => _control = _host.OpenControl();

    [Fact]
    public void TheVmEndsWithTheTiedDescriptor()
    {
        _control.Create("a");
        VmHandle plain = _host.OpenVm("a");
        VmHandle tied = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);

        plain.Close();
        HostAssert.Quiet(_host, vms: 1);
        tied.Close();
        HostAssert.Quiet(_host);
        HostAssert.NothingHeldAfterDestroy(tied);
    }

    [Fact]
    public void SharedDescriptorsEndItOnce()
    {
        _control.Create("a");
        VmHandle tied = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);
        Assert.Equal(0, tied.Duplicate());

        Assert.Equal(0, tied.Close());
        HostAssert.Quiet(_host, vms: 1);
        Assert.Equal(0, tied.Close());
        HostAssert.Quiet(_host);
        Assert.Equal(Errno.EBADF, tied.Close());
    }

    [Fact]
    public void AVmThatIsGoneAlreadyIsNotDestroyedAgain()
    {
        _control.Create("a");
        VmHandle tied = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);
        _control.Destroy("a");
        _control.Create("a");

        tied.Close();
        HostAssert.Quiet(_host, vms: 1);
    }

    [Fact]
    public void TwoTiedDescriptorsCloseAtOnce()
    {
        for (int round = 0; round < 50; round++)
        {
            _control.Create("a", DeviceCalls.DestroyOnClose);
            VmHandle first = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);
            VmHandle second = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);

            Background.RunAll(() => first.Close(), () => second.Close());
            HostAssert.Quiet(_host);
            Assert.Empty(_control.LinkedVms);
        }
    }

    [Fact]
    public void OnlyThoseWhoMayDestroyMayTie()
    {
        Credential jailed = Users.Alice with { Jail = new(1, AllowVmm: true) };
        _host.OpenControl(jailed).Create("a", DeviceCalls.DestroyOnClose);

        Assert.Equal(Errno.EPERM, _host.TryOpenVm("a", Users.Alice, VmOpenOptions.DestroyOnClose));
        Assert.Equal(0, _host.TryOpenVm("a", Users.Alice));
        Assert.Equal(0, _host.TryOpenVm("a", jailed, VmOpenOptions.DestroyOnClose));
        Assert.Equal(0, _host.TryOpenVm("a", Users.Root, VmOpenOptions.DestroyOnClose));
    }
}
