using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class WordLockTests
{
    [Fact]
    public void OneThreadAtATimeIsInside()
    {
        const int Rounds = 20_000;
        VmLockMemory memory = new(1);
        VmLocks* locks = memory.Locks;
        int inside = 0;

        void Body()
        {
            for (int round = 0; round < Rounds; round++)
            {
                WordLocks.Enter(ref locks->Creation);
                inside++; // not atomic: only exclusion makes the sum come out
                WordLocks.Exit(ref locks->Creation);
            }
        }

        Background.RunAll(Body, Body, Body);

        Assert.Equal(3 * Rounds, inside);
        LockAssert.AllFree(locks);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void AWaiterSleepsUntilTheHolderLeaves()
    {
        VmLockMemory memory = new(1);
        VmLocks* locks = memory.Locks;
        WordLocks.Enter(ref locks->Creation);

        Background waiter = Background.Run(() => WordLocks.Enter(ref locks->Creation));
        Background.Until(() => Volatile.Read(ref locks->Creation.Waiters) == 1);
        Assert.False(waiter.HasEnded);

        WordLocks.Exit(ref locks->Creation);
        waiter.Wait();
        Assert.Equal(1u, locks->Creation.Word);
        Assert.Equal(0u, locks->Creation.Waiters);
        GC.KeepAlive(memory);
    }
}
