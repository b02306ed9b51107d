using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class LimitTests
{
    [Fact]
    public void AUserOwnsSoManyVmsAndNoMore()
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxVmsPerUser = 2 });
        ControlHandle alice = host.OpenControl(Users.Alice);
        alice.Create("a", DeviceCalls.DestroyOnClose);
        alice.Create("b", DeviceCalls.DestroyOnClose);

        Assert.Equal(Errno.ENOMEM, alice.Create("c", DeviceCalls.DestroyOnClose));
        Assert.Equal(0, host.OpenControl(Users.Bob).Create("c", DeviceCalls.DestroyOnClose));
        HostAssert.Quiet(host, vms: 3);
    }

    [Fact]
    public void ADestroyedVmNoLongerCounts()
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxVmsPerUser = 1 });
        ControlHandle control = host.OpenControl();
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(0, control.Create("a"));
            Assert.Equal(Errno.ENOMEM, control.Create("b"));
            Assert.Equal(0, control.Destroy("a"));
        }
    }

    [Fact]
    public void TheRealUserIsCharged()
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxVmsPerUser = 1 });
        host.OpenControl(Users.Alice).Create("a", DeviceCalls.DestroyOnClose);

        ControlHandle changed = host.OpenControl(Users.Alice with { EffectiveUid = 0 });
        Assert.Equal(Errno.ENOMEM, changed.Create("b"));
    }

    [Fact]
    public void ByDefaultAUserOwnsFourForEachProcessor() =>
        Assert.Equal(4u * (uint)Environment.ProcessorCount, new FreeBsdHostOptions().MaxVmsPerUser);

    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(1u, 1u)]
    [InlineData(1024u, 1024u)]
    [InlineData(1025u, 1024u)]
    [InlineData(uint.MaxValue, 1024u)]
    public void TheNumberOfVcpusIsBroughtIntoItsRange(uint requested, uint expected)
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxCpu = requested });
        host.OpenControl().Create("a");

        vm_cpu_topology topology = default;
        Assert.Equal(0, host.OpenVm("a").Ioctl(VmCommandWords.VM_GET_TOPOLOGY, ref topology));
        Assert.Equal(expected, topology.maxcpus);
    }
}
