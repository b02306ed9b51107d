using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class FreezeAllTests
{
    private readonly VmLockMemory _memory = new(4);

    private ref VmLocks Locks => ref *_memory.Locks;

    [Fact]
    public void EveryVcpuThatExistsIsFrozenAndNoneIsCreated()
    {
        VcpuLocks.TryFindOrCreate(ref Locks, 0, out _);
        VcpuLocks.TryFindOrCreate(ref Locks, 2, out _);

        VcpuLocks.FreezeAll(ref Locks);
        Assert.Equal(
            [VcpuState.Frozen, VcpuState.Absent, VcpuState.Frozen, VcpuState.Absent],
            Enumerable.Range(0, 4).Select(id => (VcpuState)Locks.Vcpus[id].State));

        VcpuLocks.ThawAll(ref Locks);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void WithoutVcpusThereIsNothingToWaitFor()
    {
        VcpuLocks.FreezeAll(ref Locks);
        VcpuLocks.ThawAll(ref Locks);
        VcpuLocks.AwaitAll(ref Locks);
        VcpuLocks.ThawAll(ref Locks);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void CreationWaitsUntilAllAreThawed()
    {
        VcpuLocks.FreezeAll(ref Locks);

        Background creator = Background.Run(() => VcpuLocks.TryFindOrCreate(ref Locks, 1, out _));
        Background.Until(() => Volatile.Read(ref Locks.Creation.Waiters) == 1);
        Assert.Equal(VcpuState.Absent, (VcpuState)Locks.Vcpus[1].State);

        VcpuLocks.ThawAll(ref Locks);
        creator.Wait();
        Assert.Equal(VcpuState.Idle, (VcpuState)Locks.Vcpus[1].State);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void AHeldVcpuIsWaitedFor()
    {
        VcpuLocks.TryFindOrCreate(ref Locks, 0, out _);
        VcpuLocks.TryFreeze(ref Locks, 1, out Vcpu* held);

        Background all = Background.Run(() => VcpuLocks.FreezeAll(ref Locks));
        Background.Until(() => Volatile.Read(ref Locks.Vcpus[1].Waiters) == 1);
        Assert.False(all.HasEnded);

        VcpuLocks.Thaw(held);
        all.Wait();
        VcpuLocks.ThawAll(ref Locks);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void NobodyHoldsOneWhileSomebodyHoldsAll()
    {
        const int Rounds = 1_000;
        int[] holders = new int[4];

        void HoldOne(int id)
        {
            for (int round = 0; round < Rounds; round++)
            {
                VcpuLocks.TryFreeze(ref Locks, id, out Vcpu* vcpu);
                Assert.Equal(1, Interlocked.Increment(ref holders[id]));
                Interlocked.Decrement(ref holders[id]);
                VcpuLocks.Thaw(vcpu);
            }
        }

        void HoldAll()
        {
            for (int round = 0; round < Rounds; round++)
            {
                VcpuLocks.FreezeAll(ref Locks);
                for (int id = 0; id < holders.Length; id++)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders[id]));
                }

                for (int id = 0; id < holders.Length; id++)
                {
                    Interlocked.Decrement(ref holders[id]);
                }

                VcpuLocks.ThawAll(ref Locks);
            }
        }

        for (int id = 0; id < holders.Length; id++)
        {
            VcpuLocks.TryFindOrCreate(ref Locks, id, out _);
        }

        Background.RunAll(() => HoldOne(0), () => HoldOne(3), HoldAll, HoldAll);
        LockAssert.AllFree(_memory.Locks);
    }
}
