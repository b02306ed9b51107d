using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class GuestEntryTests
{
    private static int Kicks;

    private readonly VmLockMemory _memory = new(2);

    private ref VmLocks Locks => ref *_memory.Locks;

    [Fact]
    public void WithoutRequestsTheGuestIsEntered()
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);

        Assert.Equal(VcpuRequests.None, GuestEntry.Enter(vcpu));
        Assert.Equal(VcpuState.Running, (VcpuState)vcpu->State);
        GuestEntry.Leave(vcpu);
        Assert.Equal(VcpuState.Frozen, (VcpuState)vcpu->State);
    }

    [Theory]
    [InlineData(VcpuRequests.Idle)]
    [InlineData(VcpuRequests.Suspend)]
    [InlineData(VcpuRequests.DebugStop)]
    [InlineData(VcpuRequests.OneEjector)]
    public void ARequestKeepsTheVcpuOutOfTheGuest(VcpuRequests request)
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);
        VcpuLocks.Post(ref Locks, vcpu, request);

        Assert.Equal(request, GuestEntry.Enter(vcpu));
        Assert.Equal(VcpuState.Frozen, (VcpuState)vcpu->State);
    }

    [Fact]
    public void ARequestIsWithdrawnOnce()
    {
        VcpuLocks.TryFindOrCreate(ref Locks, 0, out Vcpu* vcpu);
        VcpuLocks.Post(ref Locks, vcpu, VcpuRequests.DebugStop | VcpuRequests.Suspend);

        Assert.True(VcpuLocks.Withdraw(vcpu, VcpuRequests.DebugStop));
        Assert.False(VcpuLocks.Withdraw(vcpu, VcpuRequests.DebugStop));
        Assert.Equal(VcpuRequests.Suspend, (VcpuRequests)vcpu->Requests);
    }

    [Fact]
    public void OnlyARunningVcpuIsKicked()
    {
        Locks.Kick = &CountKick;
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);
        Kicks = 0;

        VcpuLocks.Post(ref Locks, vcpu, VcpuRequests.Suspend);
        Assert.Equal(0, Kicks);

        VcpuLocks.Withdraw(vcpu, VcpuRequests.Suspend);
        GuestEntry.Enter(vcpu);
        VcpuLocks.Post(ref Locks, vcpu, VcpuRequests.Suspend);
        Assert.Equal(1, Kicks);
    }

    [Fact]
    public void AFreezeEjectsARunningVcpuAndTheRunnerKeepsTheRequestUntilItTakesIt()
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);
        GuestEntry.Enter(vcpu);

        Background other = Background.Run(() =>
        {
            VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* taken);
            VcpuLocks.Thaw(taken);
        });
        Background.Until(() => (Volatile.Read(ref Locks.Vcpus[0].Requests) & (uint)VcpuRequests.Idle) != 0);

        GuestEntry.Leave(vcpu);
        VcpuLocks.Thaw(vcpu);
        other.Wait();

        Assert.Equal(VcpuRequests.Idle, (VcpuRequests)vcpu->Requests);
        GuestEntry.TakeIdleRequest(vcpu);
        Assert.Equal(VcpuRequests.None, (VcpuRequests)vcpu->Requests);
    }

    [Fact]
    public void ARequestEndsASleep()
    {
        VcpuLocks.TryFreeze(ref Locks, 0, out Vcpu* vcpu);
        VcpuRequests woken = VcpuRequests.None;

        Background sleeper = Background.Run(() => woken = GuestEntry.Sleep(_memory.Locks->Vcpus));
        Background.Until(() => Volatile.Read(ref Locks.Vcpus[0].State) == (uint)VcpuState.Sleeping);
        VcpuLocks.Post(ref Locks, vcpu, VcpuRequests.Suspend);
        sleeper.Wait();

        Assert.Equal(VcpuRequests.Suspend, woken);
        Assert.Equal(VcpuState.Frozen, (VcpuState)vcpu->State);
    }

    private static void CountKick(Vcpu* vcpu) => Kicks++;
}
