using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Every quirk both ways.</summary>
public class QuirkTests
{
    private static readonly FreeBsdQuirks Upstream = new();

    [Fact]
    public void LongNamesAreCut()
    {
        byte[] tooLong = [.. Enumerable.Repeat((byte)'a', 230)];

        ControlHandle upstream = Host(Upstream).OpenControl();
        Assert.Equal(0, upstream.Create(tooLong));
        Assert.Equal(Errno.EEXIST, upstream.Create(new string('a', 229)));
        Assert.Equal(0, upstream.Destroy(tooLong));

        ControlHandle careful = Host(Upstream with { TruncateLongNames = false }).OpenControl();
        Assert.Equal(Errno.EINVAL, careful.Create(tooLong));
        careful.Create(new string('a', 229));
        Assert.Equal(Errno.EINVAL, careful.Destroy(tooLong));
    }

    [Fact]
    public void SlashesInNamesAreAccepted()
    {
        Assert.Equal(0, Host(Upstream).OpenControl().Create("a/b"));
        Assert.Equal(Errno.EINVAL, Host(Upstream with { AllowSlashInNames = false }).OpenControl().Create("a/b"));
    }

    [Fact]
    public void ADescriptorForReadingIssuesEveryCommand()
    {
        Assert.Equal(0, Suspend(Host(Upstream), OpenMode.Read));

        FreeBsdHost careful = Host(Upstream with { IgnoreOpenMode = false });
        Assert.Equal(Errno.EPERM, Suspend(careful, OpenMode.Read));
        Assert.Equal(0, Suspend(careful, OpenMode.Write));

        static int Suspend(FreeBsdHost host, OpenMode mode)
        {
            host.OpenControl().Create("a");
            return host.OpenVm("a", mode: mode).Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = 1 });
        }
    }

    [Fact]
    public void AClientMaySuspendForDestruction()
    {
        Assert.Equal(0, Suspend(Host(Upstream)));
        Assert.Equal(Errno.EINVAL, Suspend(Host(Upstream with { AllowSuspendToDestroy = false })));

        static int Suspend(FreeBsdHost host)
        {
            host.OpenControl().Create("a");
            return host.OpenVm("a").Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_DESTROY });
        }
    }

    [Fact]
    public void ATopologyWithoutVcpusIsAccepted()
    {
        Assert.Equal(0, Set(Host(Upstream)));
        Assert.Equal(Errno.EINVAL, Set(Host(Upstream with { AllowEmptyTopology = false })));

        static int Set(FreeBsdHost host)
        {
            host.OpenControl().Create("a");
            return host.OpenVm("a").Ioctl(VmCommandWords.VM_SET_TOPOLOGY, new vm_cpu_topology { sockets = 1, cores = 0, threads = 1 });
        }
    }

    [Fact]
    public void TheNodeOfAnInvisibleVmBetraysIt()
    {
        FreeBsdHost upstream = Host(Upstream);
        upstream.OpenControl().Create("a");
        Assert.Equal(Errno.EEXIST, upstream.OpenControl(Users.RootInJail()).Create("a"));
        Assert.Equal(0, upstream.TryOpenVm("a", Users.RootInJail()));

        FreeBsdHost careful = Host(Upstream with { ShareNodesAcrossVisibility = false });
        careful.OpenControl().Create("a");
        Assert.Equal(Errno.ENOENT, careful.TryOpenVm("a", Users.RootInJail()));
        Assert.Equal(0, careful.OpenControl(Users.RootInJail()).Create("a"));
        Assert.Equal(0, careful.OpenControl(Users.RootInJail()).Destroy("a"));
        HostAssert.Quiet(careful, vms: 1);
    }

    private static FreeBsdHost Host(FreeBsdQuirks quirks) => new(new FreeBsdHostOptions { Quirks = quirks });
}
