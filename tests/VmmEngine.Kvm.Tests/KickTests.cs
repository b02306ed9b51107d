using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>Guests that never leave by themselves, and those who want them out.</summary>
public unsafe class KickTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Forever = [0xEB, 0xFE]; // jmp $

    [KvmFact]
    public void EveryFreezeGetsTheVcpu()
    {
        const int freezes = 2_000;
        using KvmGuest guest = new(Forever);
        bool stop = false;
        int idle = 0;
        VcpuLocks<ProcessorAtomics>.Thaw(guest.Vcpu);
        Thread runner = new(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                VcpuLocks<ProcessorAtomics>.TryFreeze(ref guest.Locks, 0, out Vcpu* vcpu);
                idle += guest.Run() == RunResult.Idle ? 1 : 0;
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            }
        });
        runner.Start();

        for (int i = 0; i < freezes; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref guest.Vcpu->State) == (uint)VcpuState.Running, Patience));
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref guest.Locks, 0, out Vcpu* vcpu);
            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
        }

        Volatile.Write(ref stop, true);
        VcpuLocks<ProcessorAtomics>.Post(ref guest.Locks, guest.Vcpu, VcpuRequests.Suspend);
        Assert.True(runner.Join(Patience), "a kick was lost");
        Assert.True(idle >= freezes);
    }

    [KvmFact]
    public void ARequestWakesAGuestThatHaltsInTheKernel()
    {
        using KvmGuest guest = new([0xF4], kernelIrqchip: true); // hlt
        RunResult result = RunResult.Exit;
        Thread runner = new(() => result = guest.Run());
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref guest.Vcpu->State) == (uint)VcpuState.Running, Patience));
        Thread.Sleep(20);

        VcpuLocks<ProcessorAtomics>.Post(ref guest.Locks, guest.Vcpu, VcpuRequests.DebugStop);

        Assert.True(runner.Join(Patience));
        Assert.Equal(RunResult.DebugStopped, result);
    }

    [KvmFact]
    public void AKickThatArrivesOutsideTheGuestOnlyCostsARepetition()
    {
        using KvmGuest guest = new([
            0xE6, 0x80, // out 0x80, al
            0xEB, 0xFC]); // jmp to it
        guest.Exit();

        for (int i = 0; i < 100; i++)
        {
            guest.Backend.Kick(guest.Vcpu);
            Assert.Equal(ExitReason.PortOut, guest.Exit().Reason);
        }
    }

    [KvmFact]
    public void AVcpuMayRunOnAnotherThreadEachTime()
    {
        using KvmGuest guest = new(Forever);
        for (int i = 0; i < 20; i++)
        {
            RunResult result = RunResult.Exit;
            Thread runner = new(() => result = guest.Run());
            runner.Start();
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref guest.Vcpu->State) == (uint)VcpuState.Running, Patience));
            VcpuLocks<ProcessorAtomics>.Post(ref guest.Locks, guest.Vcpu, VcpuRequests.Idle);
            Assert.True(runner.Join(Patience));
            Assert.Equal(RunResult.Idle, result);
        }
    }

    [KvmFact]
    public void CollectionsNeitherStopAGuestNorAreHeldUpByIt()
    {
        using KvmGuest guest = new(Forever);
        Thread runner = new(() => guest.Run());
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref guest.Vcpu->State) == (uint)VcpuState.Running, Patience));

        for (int i = 0; i < 50; i++)
        {
            GC.Collect(0);
        }

        Assert.Equal((uint)VcpuState.Running, Volatile.Read(ref guest.Vcpu->State));
        VcpuLocks<ProcessorAtomics>.Post(ref guest.Locks, guest.Vcpu, VcpuRequests.Suspend);
        Assert.True(runner.Join(Patience));
    }
}
