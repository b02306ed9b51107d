using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class SystemControlTests
{
    private readonly FreeBsdHost _host = new(new FreeBsdHostOptions { Quirks = new FreeBsdQuirks { RefuseLegacyCreation = false } });

    [Fact]
    public void ANameCreatesAndDestroysAVm()
    {
        Assert.Equal(0, _host.WriteSystemControl("hw.vmm.create", "a"u8, Users.Root));
        Assert.Equal(Errno.EEXIST, _host.WriteSystemControl("hw.vmm.create", "a"u8, Users.Root));
        Assert.Equal(0, _host.OpenVm("a").Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0));
        Assert.Equal(0, _host.WriteSystemControl("hw.vmm.destroy", "a"u8, Users.Root));
        Assert.Equal(Errno.EINVAL, _host.WriteSystemControl("hw.vmm.destroy", "a"u8, Users.Root));
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void OnlyTheSuperuserMay()
    {
        Assert.Equal(Errno.EPERM, _host.WriteSystemControl("hw.vmm.create", "a"u8, Users.Alice));
        Assert.Equal(Errno.EPERM, _host.WriteSystemControl("hw.vmm.create", "a"u8, Users.RootInClosedJail));
        Assert.Equal(0, _host.WriteSystemControl("hw.vmm.create", "a"u8, Users.RootInJail()));
    }

    [Fact]
    public void NamesAreJudgedAsTheControlDeviceDoes()
    {
        Assert.Equal(Errno.EINVAL, _host.WriteSystemControl("hw.vmm.create", ""u8, Users.Root));
        Assert.Equal(Errno.EINVAL, _host.WriteSystemControl("hw.vmm.create", "a b"u8, Users.Root));
        Assert.Equal(Errno.EINVAL, _host.WriteSystemControl("hw.vmm.create", new byte[230], Users.Root));
        Assert.Equal(Errno.ENOENT, _host.WriteSystemControl("hw.vmm.maxcpu", "4"u8, Users.Root));
        HostAssert.Quiet(_host);
    }
}
