using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>What every command on a VM or a vCPU answers before its own work.</summary>
public sealed unsafe class PreconditionTests
{
    [Fact]
    public void EveryRowHasItsHandler()
    {
        Assert.DoesNotContain(BaselineCommandTable.Rows, row => row.NotYet);
        Assert.DoesNotContain(NewerCommandTable.Rows, row => row.NotYet);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void AVmThatIsNotIsENOENT(uint id)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        client.Create();
        uint[] onVms = [.. Words.BaselineVcpu, .. Words.NewerVcpu, BaselineCommandWords.VMM_IOC_TERM, BaselineCommandWords.VMM_IOC_SHAREMEM, NewerCommandWords.VMM_IOC_SHAREMEM];
        foreach (uint command in onVms)
        {
            Assert.Equal(Errno.ENOENT, Call(client, command, id, vcpu: 0));
        }

        LockState.AssertAtRest(client.Host);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(64u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void AVcpuThatIsNotIsENOENT(uint vcpu)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        uint id = client.Create();
        foreach (uint command in Words.BaselineVcpu.Union(Words.NewerVcpu))
        {
            Assert.Equal(Errno.ENOENT, Call(client, command, id, vcpu));
        }

        LockState.AssertAtRest(client.Host);
    }

    private static int Call(Client client, uint command, uint id, uint vcpu)
    {
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();
        ((uint*)argument)[0] = id;
        ((uint*)argument)[1] = vcpu;
        return client.Handle.Ioctl(command, argument);
    }
}
