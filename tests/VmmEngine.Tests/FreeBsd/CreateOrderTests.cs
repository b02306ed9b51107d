using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Where two checks of a creation fail, the earlier one answers.</summary>
public class CreateOrderTests
{
    private readonly FreeBsdHost _host = new(new FreeBsdHostOptions { MaxVmsPerUser = 1 });

    [Fact]
    public void FlagsComeBeforeTheNameThatExists()
    {
        ControlHandle control = _host.OpenControl();
        control.Create("a");
        Assert.Equal(Errno.EINVAL, control.Create("a", flags: 2));
    }

    [Fact]
    public void TheNameThatExistsComesBeforeThePrivilege()
    {
        _host.OpenControl().Create("a");
        Assert.Equal(Errno.EEXIST, _host.OpenControl(Users.Alice).Create("a"));
    }

    [Fact]
    public void ThePrivilegeComesBeforeTheLimit()
    {
        ControlHandle control = _host.OpenControl(Users.Alice);
        Assert.Equal(0, control.Create("a", DeviceCalls.DestroyOnClose));
        Assert.Equal(Errno.EPERM, control.Create("b"));
    }

    [Fact]
    public void TheLimitComesBeforeTheRulesForNames()
    {
        ControlHandle control = _host.OpenControl();
        control.Create("a");
        Assert.Equal(Errno.ENOMEM, control.Create("not ok"));
        Assert.Equal(Errno.EEXIST, control.Create("a"));
        HostAssert.Quiet(_host, vms: 1);
    }
}
