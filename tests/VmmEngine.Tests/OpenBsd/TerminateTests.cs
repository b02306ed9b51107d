using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>VMM_IOC_TERM: alone, with callers inside, and with others like it.</summary>
public sealed class TerminateTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void AnIdThatNamesNothingIsENOENT(uint id)
    {
        Client client = new();
        client.Create();
        Assert.Equal(Errno.ENOENT, client.Terminate(id));
        Assert.Equal([1u], client.Ids());
    }

    [Fact]
    public void NothingIsLeft()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0, client.Terminate(client.Create()));
            Assert.Equal(0, client.Terminate(client.CreateNewer()));
        }

        Assert.Equal(Errno.ENOENT, client.Terminate(200));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void ItWaitsForTheCallersInsideWhileNobodyFindsTheVmAnyMore()
    {
        Client client = new();
        uint id = client.Create();
        using Visitor visitor = new(client, id);
        Task<int> termination = Task.Run(() => client.Terminate(id));
        Eventually.Is(() => client.Host.Vms.Listed == 0);

        Assert.Equal(Errno.ENOENT, client.Terminate(id));
        Assert.False(termination.IsCompleted);
        Assert.Equal((1, 1), (client.Host.VmCount, client.Host.VcpuCount));

        visitor.Leave();

        Assert.Equal(0, Eventually.Result(termination));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void ADyingVmTakesItsRoomUntilItIsGone()
    {
        Client client = new(new OpenBsdOptions { VcpuLimit = 1 });
        uint id = client.Create();
        using Visitor visitor = new(client, id);
        Task<int> termination = Task.Run(() => client.Terminate(id));
        Eventually.Is(() => client.Host.Vms.Listed == 0);

        var create = Client.Creation();
        Assert.Equal(Errno.ENOMEM, client.Create(ref create));

        visitor.Leave();
        Assert.Equal(0, Eventually.Result(termination));
        Assert.Equal(0, client.Create(ref create));
    }

    [Theory]
    [InlineData(Revisions.Baseline, true, Errno.EBUSY)]
    [InlineData(Revisions.Baseline, false, Errno.ENOENT)]
    [InlineData(Revisions.Newer, true, Errno.EBUSY)]
    [InlineData(Revisions.Newer, false, Errno.EBUSY)]
    public void TheSecondOfTwoThatHaveBothFoundTheVmIsRefused(Revisions revisions, bool busy, int expected)
    {
        OpenBsdQuirks quirks = new() { BaselineSecondTerminationIsBusy = busy };
        Client client = new(new OpenBsdOptions { Revisions = revisions, Quirks = quirks });
        uint id = revisions == Revisions.Baseline ? client.Create() : client.CreateNewer();
        Vm vm = client.Host.Vms.Find(id)!;
        Assert.True(ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref vm.References)); // the first one, before it unlinks

        Assert.Equal(expected, client.Terminate(id));
        Assert.Equal([id], client.Ids());
    }

    [Fact]
    public void OfManyAtTheSameTimeOneSucceeds()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        for (int round = 0; round < 200; round++)
        {
            uint id = client.CreateNewer();
            int[] errors = new int[4];
            Parallel.For(0, errors.Length, i => errors[i] = client.Terminate(id));

            Assert.Single(errors, 0);
            Assert.All(errors, error => Assert.Contains(error, (int[])[0, Errno.ENOENT, Errno.EBUSY]));
        }

        LockState.AssertEmpty(client.Host);
    }
}
