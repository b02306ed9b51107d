using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>The gate that suspending the machine closes.</summary>
public sealed class SuspendTests
{
    [Fact]
    public void CallsWaitForTheResumption()
    {
        Client client = new();
        client.Host.Suspend();
        Task<int>[] calls = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => client.Terminate(9), TaskCreationOptions.LongRunning))];

        Thread.Sleep(50);
        Assert.All(calls, call => Assert.False(call.IsCompleted));

        client.Host.Resume();
        Assert.All(calls, call => Assert.Equal(Errno.ENOENT, Eventually.Result(call)));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void ItWaitsForTheCallersInsideWhileNewOnesWaitOutside()
    {
        Client client = new();
        using Visitor visitor = new(client, client.Create());
        Task<int> suspension = Task.Run(() =>
        {
            client.Host.Suspend();
            return 0;
        });
        Eventually.Is(() => IsGateClosed(client.Host)); // IsSuspended comes before it
        Task<int> late = Task.Run(() => client.Terminate(9));

        Thread.Sleep(50);
        Assert.False(suspension.IsCompleted);
        Assert.False(late.IsCompleted);

        visitor.Leave();
        Eventually.Result(suspension);
        Assert.False(late.IsCompleted);

        client.Host.Resume();
        Assert.Equal(Errno.ENOENT, Eventually.Result(late));
        LockState.AssertAtRest(client.Host);
    }

    [Fact]
    public void OpeningAndClosingAreNotGated()
    {
        OpenBsdHost host = new();
        host.Suspend();
        Assert.Equal(0, new Client(host).Handle.Close());
    }

    [Fact]
    public void SuspendingTwiceOrResumingAWokenHostIsAMistake()
    {
        OpenBsdHost host = new();
        Assert.Throws<InvalidOperationException>(() => host.Resume());
        host.Suspend();
        Assert.Throws<InvalidOperationException>(host.Suspend);
        host.Resume();
        Assert.False(host.IsSuspended);
    }

    [Fact]
    public void ManySuspensionsAmongManyCallersLoseNobody()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        Task<int>[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 200; i++)
                {
                    Assert.Equal(0, client.Terminate(client.CreateNewer()));
                }

                return 0;
            },
            TaskCreationOptions.LongRunning))];

        while (!callers.All(caller => caller.IsCompleted))
        {
            client.Host.Suspend();
            client.Host.Resume();
        }

        Assert.All(callers, caller => Assert.Equal(0, Eventually.Result(caller)));
        LockState.AssertEmpty(client.Host);
    }

    private static unsafe bool IsGateClosed(OpenBsdHost host) => Volatile.Read(ref host.Memory.Locks->Gate.Writer.Word) != 0;
}
