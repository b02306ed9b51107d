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
        "baseline VMM_IOC_RUN",
        "baseline VMM_IOC_RESETCPU",
        "baseline VMM_IOC_INTR",
        "baseline VMM_IOC_READREGS",
        "baseline VMM_IOC_WRITEREGS",
        "baseline VMM_IOC_READVMPARAMS",
        "baseline VMM_IOC_WRITEVMPARAMS",
        "baseline VMM_IOC_SHAREMEM",
        "baseline VMM_IOC_MPROTECT_EPT",
        "newer VMM_IOC_RUN",
        "newer VMM_IOC_RESETCPU",
        "newer VMM_IOC_INTR",
        "newer VMM_IOC_READREGS",
        "newer VMM_IOC_WRITEREGS",
        "newer VMM_IOC_READVMPARAMS",
        "newer VMM_IOC_WRITEVMPARAMS",
        "newer VMM_IOC_SHAREMEM",
    ];

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
        foreach (uint command in Words.All.Except(Written))
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
        foreach (uint command in Words.All.Except(Written))
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
        foreach (uint command in Words.BaselineVcpu.Union(Words.NewerVcpu))
        {
            Assert.Equal(Errno.ENOENT, Call(client, command, id, vcpu));
        }

        LockState.AssertAtRest(client.Host);
    }

    private static uint[] Written =>
    [
        BaselineCommandWords.VMM_IOC_CREATE, NewerCommandWords.VMM_IOC_CREATE, BaselineCommandWords.VMM_IOC_INFO, BaselineCommandWords.VMM_IOC_TERM,
    ];

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
