using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>VMs that end with the open file they were created through.</summary>
public sealed class LifetimeTests
{
    private static readonly OpenBsdOptions Tied = new() { Revisions = Revisions.Both, CloseTerminatesVms = true };

    [Fact]
    public void TheLastCloseEndsTheFilesOwnVmsOnly()
    {
        Client first = new(Tied);
        Client second = new(first.Host);
        first.Create();
        second.Create();
        first.CreateNewer();
        Assert.Equal(0, first.Handle.Duplicate());

        first.Handle.Close();
        Assert.Equal([3u, 2u, 1u], second.Ids());
        first.Handle.Close();
        Assert.Equal([2u], second.Ids());
        second.Handle.Close();
        LockState.AssertEmpty(first.Host);
    }

    [Fact]
    public void VmsEndedBeforeAreNotMissed()
    {
        Client client = new(Tied);
        Assert.Equal(0, client.Terminate(client.Create()));
        client.Create();
        client.Handle.Close();
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void PromisesDoNotKeepAVmAlive()
    {
        Client client = new(Tied);
        client.Create();
        client.Handle.Credential = new Credential { ProcessId = 1, Pledge = Promises.None };
        client.Handle.Close();
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void TheCloseWaitsForCallersInside()
    {
        Client client = new(Tied);
        using Visitor visitor = new(client, client.Create());
        Task<int> close = Task.Run(client.Handle.Close);
        Eventually.Is(() => client.Host.Vms.Listed == 0);
        Assert.False(close.IsCompleted);

        visitor.Leave();
        Assert.Equal(0, Eventually.Result(close));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void TheCloseWaitsForTheResumptionIfItHasVmsToEnd()
    {
        Client client = new(Tied);
        client.Create();
        client.Host.Suspend();
        Task<int> close = Task.Run(client.Handle.Close);
        Thread.Sleep(20);
        Assert.False(close.IsCompleted);

        client.Host.Resume();
        Assert.Equal(0, Eventually.Result(close));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void ACreationThatTheCloseOvertakesLeavesNothing()
    {
        for (int round = 0; round < 200; round++)
        {
            Client client = new(Tied);
            int error = -1;
            Parallel.Invoke(
                () =>
                {
                    BaselineCreate create = Client.Creation();
                    error = client.Create(ref create);
                },
                () => client.Handle.Close());

            Assert.Contains(error, (int[])[0, Errno.EBADF]);
            LockState.AssertEmpty(client.Host);
        }
    }

    [Fact]
    public void ACreationInsideAClosedFileIsEBADF()
    {
        Client client = new(Tied);
        client.Handle.Owner!.Close(); // the moment between a creation's entry and its publication
        BaselineCreate create = Client.Creation();
        Assert.Equal(Errno.EBADF, client.Create(ref create));
        LockState.AssertEmpty(client.Host);
    }
}
