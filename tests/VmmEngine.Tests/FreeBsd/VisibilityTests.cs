using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class VisibilityTests
{
    private readonly FreeBsdHost _open = new();
    private readonly FreeBsdHost _closed = new(new FreeBsdHostOptions { SeeOtherUids = false });

    [Fact]
    public void UsersSeeOneAnothersVmsUnlessThePolicyForbidsIt()
    {
        Create(_open, Users.Alice);
        Create(_closed, Users.Alice);

        Assert.Equal(Errno.EPERM, _open.OpenControl(Users.Bob).Destroy("a")); // seen, and not his
        Assert.Equal(Errno.EINVAL, _closed.OpenControl(Users.Bob).Destroy("a")); // not seen
    }

    [Fact]
    public void TheSuperuserSeesAll()
    {
        Create(_closed, Users.Alice);
        Assert.Equal(0, _closed.OpenControl().Destroy("a"));
    }

    [Fact]
    public void TheRealUserDecidesWhatIsSeen()
    {
        Create(_closed, Users.Alice);
        Credential changed = Users.Bob with { RealUid = Users.Alice.RealUid };
        Assert.Equal(Errno.EPERM, _closed.OpenControl(changed).Destroy("a"));
    }

    [Fact]
    public void AJailSeesItsOwnVmsOnly()
    {
        Create(_open, Users.RootInJail(1));

        Assert.Equal(Errno.EINVAL, _open.OpenControl(Users.RootInJail(2)).Destroy("a"));
        Assert.Equal(0, _open.OpenControl(Users.RootInJail(1)).Destroy("a"));
    }

    [Fact]
    public void AJailDoesNotSeeOut()
    {
        Create(_open, Users.Root);
        Assert.Equal(Errno.EINVAL, _open.OpenControl(Users.RootInJail()).Destroy("a"));
    }

    [Fact]
    public void OutsideAJailOneSeesIn()
    {
        Create(_open, Users.RootInJail());
        Assert.Equal(0, _open.OpenControl().Destroy("a"));
    }

    private static void Create(FreeBsdHost host, Credential creator) =>
        Assert.Equal(0, host.OpenControl(creator).Create("a", DeviceCalls.DestroyOnClose));
}
