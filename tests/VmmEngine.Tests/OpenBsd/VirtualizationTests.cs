using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>When virtualization is switched on and off.</summary>
public sealed class VirtualizationTests
{
    [Fact]
    public void ItIsOnFromTheFirstVmToTheLast()
    {
        Hardware hardware = new();
        Client client = new(new OpenBsdOptions { Virtualization = hardware });
        Assert.False(client.Host.IsVirtualizationOn);

        client.Create();
        client.Create();
        Assert.Equal(0, client.Terminate(1));
        Assert.True(client.Host.IsVirtualizationOn);
        Assert.Equal(0, client.Terminate(2));
        Assert.False(client.Host.IsVirtualizationOn);

        Assert.Equal(["on", "off"], hardware.Log);
    }

    [Fact]
    public void ARefusalIsEIOAndComesBeforeTheRequestIsLookedAt()
    {
        Client client = new(new OpenBsdOptions { Virtualization = new Hardware { Refuses = true } });
        BaselineCreate create = Client.Creation();
        create.vcp_ncpus = 0;
        Assert.Equal(Errno.EIO, client.Create(ref create));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void ABadRequestLeavesItOn()
    {
        Hardware hardware = new();
        Client client = new(new OpenBsdOptions { Virtualization = hardware });
        BaselineCreate create = Client.Creation();
        create.vcp_ncpus = 0;

        Assert.Equal(Errno.EINVAL, client.Create(ref create));

        Assert.True(client.Host.IsVirtualizationOn);
        Assert.Equal(0, client.Terminate(client.Create()));
        Assert.Equal(["on", "off"], hardware.Log);
    }

    [Fact]
    public void ABadRequestDoesNotTouchItIfSoSwitched()
    {
        Hardware hardware = new() { Refuses = true };
        Client client = new(new OpenBsdOptions { Virtualization = hardware, Quirks = new() { VirtualizationFirst = false } });
        BaselineCreate create = Client.Creation();
        Assert.Equal(Errno.EIO, client.Create(ref create));
        create.vcp_ncpus = 0;
        Assert.Equal(Errno.EINVAL, client.Create(ref create));
        Assert.Equal(["refused"], hardware.Log);
    }

    [Theory]
    [InlineData(true, "on")]
    [InlineData(false, "on off")]
    public void ALateFailureLeavesItOnUnlessSwitched(bool first, string expected)
    {
        Hardware hardware = new();
        OpenBsdQuirks quirks = new() { VirtualizationFirst = first };
        Client client = new(new OpenBsdOptions { Virtualization = hardware, Quirks = quirks, VcpuLimit = 0 });
        BaselineCreate create = Client.Creation();

        Assert.Equal(Errno.ENOMEM, client.Create(ref create));

        Assert.Equal(expected, string.Join(' ', hardware.Log));
    }

    [Fact]
    public void ASuspensionSwitchesOffAndResumingSwitchesOnOnlyForVms()
    {
        Hardware hardware = new();
        Client client = new(new OpenBsdOptions { Virtualization = hardware });
        uint id = client.Create();

        client.Host.Suspend();
        Assert.False(client.Host.IsVirtualizationOn);
        Assert.True(client.Host.Resume());
        Assert.True(client.Host.IsVirtualizationOn);

        Assert.Equal(0, client.Terminate(id));
        client.Host.Suspend();
        Assert.True(client.Host.Resume());
        Assert.Equal(["on", "off", "on", "off"], hardware.Log);
    }

    [Fact]
    public void ARefusalWhileResumingIsReportedAndTriedAgainByTheNextCreation()
    {
        Hardware hardware = new();
        Client client = new(new OpenBsdOptions { Virtualization = hardware });
        client.Create();
        client.Host.Suspend();
        hardware.Refuses = true;
        Assert.False(client.Host.Resume());

        BaselineCreate create = Client.Creation();
        Assert.Equal(Errno.EIO, client.Create(ref create));
        hardware.Refuses = false;
        Assert.Equal(0, client.Create(ref create));
        Assert.True(client.Host.IsVirtualizationOn);
    }

    private sealed class Hardware : IVirtualization
    {
        public List<string> Log { get; } = [];

        public bool Refuses { get; set; }

        public bool TrySwitchOn()
        {
            Log.Add(Refuses ? "refused" : "on");
            return !Refuses;
        }

        public void SwitchOff() => Log.Add("off");
    }
}
