using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>The commands whose work is still to be written: which they are, and that their preconditions hold already.</summary>
public sealed unsafe class NotYetTests
{
    private static readonly string[] Accepted =
    [
        "baseline VMM_IOC_READVMPARAMS",
        "baseline VMM_IOC_WRITEVMPARAMS",
        "newer VMM_IOC_READVMPARAMS",
        "newer VMM_IOC_WRITEVMPARAMS",
    ];

    private static readonly uint[] Words = [BaselineCommandWords.VMM_IOC_READVMPARAMS, BaselineCommandWords.VMM_IOC_WRITEVMPARAMS];

    [Fact]
    public void TheseCommandsAndNoOthersAreStillToBeWritten()
    {
        IEnumerable<string> rows = [.. NotYet("baseline", BaselineCommandTable.Rows), .. NotYet("newer", NewerCommandTable.Rows)];
        Assert.Equal(Accepted, rows);
    }

    [Fact]
    public void TheyAnswerENOSYSForAVmThatIsThere()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        uint id = client.Create();
        foreach (uint command in Words)
        {
            Assert.Equal(Errno.ENOSYS, Call(client, command, id, vcpu: 0));
        }

        LockState.AssertAtRest(client.Host);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void TheyAnswerENOENTForAVmThatIsNot(uint id)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        client.Create();
        foreach (uint command in Words)
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
    public void TheyAnswerENOENTForAVcpuThatIsNot(uint vcpu)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        uint id = client.Create();
        foreach (uint command in OpenBsd.Words.BaselineVcpu.Union(OpenBsd.Words.NewerVcpu))
        {
            Assert.Equal(Errno.ENOENT, Call(client, command, id, vcpu));
        }

        LockState.AssertAtRest(client.Host);
    }

    private static IEnumerable<string> NotYet(string revision, IEnumerable<CommandRow> rows) =>
        rows.Where(row => row.NotYet).Select(row => $"{revision} {row.Name}");

    private static int Call(Client client, uint command, uint id, uint vcpu)
    {
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();
        ((uint*)argument)[0] = id;
        ((uint*)argument)[1] = vcpu;
        return client.Handle.Ioctl(command, argument);
    }
}
