using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class FreezeOneTests
{
    private readonly VmLockMemory _memory = new(4);

    private ref VmLocks Locks => ref *_memory.Locks;

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void AnIdOutsideTheLimitNamesNoVcpu(int id)
    {
        Assert.False(VcpuLocks.TryFreeze(ref Locks, id, out _));
        Assert.False(VcpuLocks.TryAwait(ref Locks, id, out _));
        Assert.False(VcpuLocks.TryFind(ref Locks, id, out _));
        Assert.False(VcpuLocks.TryFindOrCreate(ref Locks, id, out _));
        Assert.Equal(0u, Locks.VcpuCount);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void FreezingCreatesOnMentionAndThawingLeavesIdle()
    {
        Assert.True(VcpuLocks.TryFreeze(ref Locks, 3, out Vcpu* vcpu));
        Assert.Equal(3, vcpu->Id);
        Assert.Equal(VcpuState.Frozen, (VcpuState)vcpu->State);

        VcpuLocks.Thaw(vcpu);
        Assert.Equal(VcpuState.Idle, (VcpuState)vcpu->State);
        Assert.Equal(VcpuState.Absent, (VcpuState)Locks.Vcpus[2].State);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void FindingWithoutCreatingSeesOnlyWhatExists()
    {
        Assert.False(VcpuLocks.TryFind(ref Locks, 1, out Vcpu* none));
        Assert.True(none == null);
        Assert.False(VcpuLocks.TryAwait(ref Locks, 1, out _));
        Assert.False(VcpuLocks.TryFreezeExisting(ref Locks, 1, out _));

        Assert.True(VcpuLocks.TryFindOrCreate(ref Locks, 1, out Vcpu* created));
        Assert.True(VcpuLocks.TryFind(ref Locks, 1, out Vcpu* found));
        Assert.True(created == found);
        Assert.Equal(VcpuState.Idle, (VcpuState)found->State);
    }

    [Fact]
    public void WhereCreationIsForbiddenOldVcpusStayAndNewOnesDoNotCome()
    {
        VcpuLocks.TryFindOrCreate(ref Locks, 0, out _);
        VcpuLocks.ForbidCreation(ref Locks);

        Assert.True(VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* old));
        VcpuLocks.Thaw(old);
        Assert.False(VcpuLocks.TryFreeze(ref Locks, 1, out _));
        Assert.False(VcpuLocks.TryFindOrCreate(ref Locks, 1, out _));
        Assert.Equal(VcpuState.Absent, (VcpuState)Locks.Vcpus[1].State);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void ASecondFreezeWaitsForTheThaw()
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);

        Background second = Background.Run(() => VcpuLocks.TryFreeze(ref Locks, 0, out _));
        Background.Until(() => (Volatile.Read(ref Locks.Vcpus[0].Requests) & (uint)VcpuRequests.Idle) != 0);
        Assert.Equal(1u, vcpu->Waiters);
        Assert.False(second.HasEnded);

        VcpuLocks.Thaw(vcpu);
        second.Wait();
        Assert.Equal(VcpuState.Frozen, (VcpuState)vcpu->State);
        VcpuLocks.Thaw(vcpu);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void AwaitingRequestsNothing()
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);

        Background second = Background.Run(() => VcpuLocks.TryAwait(ref Locks, 0, out _));
        Background.Until(() => Volatile.Read(ref Locks.Vcpus[0].Waiters) == 1);
        Assert.Equal(0u, vcpu->Requests);

        VcpuLocks.Thaw(vcpu);
        second.Wait();
        VcpuLocks.Thaw(vcpu);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void OneThreadAtATimeHoldsAVcpu()
    {
        const int Rounds = 5_000;
        int held = 0;

        void Body()
        {
            for (int round = 0; round < Rounds; round++)
            {
                Assert.True(VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu));
                held++; // not atomic: only exclusion makes the sum come out
                VcpuLocks.Thaw(vcpu);
            }
        }

        Background.RunAll(Body, Body, Body);

        Assert.Equal(3 * Rounds, held);
        LockAssert.AllFree(_memory.Locks);
    }
}
