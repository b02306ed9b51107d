using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

/// <summary>Freezes and events at random moments against a vCPU that runs, halts and exits: none is lost.</summary>
public unsafe class KickStormTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void EveryFreezeGetsTheVcpuFromAGuestThatNeverExits()
    {
        using ScriptedVcpus vcpus = new();
        int idle = 0;
        bool stop = false;
        vcpus.Thaw();
        Background runner = Background.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                vcpus.Freeze();
                idle += vcpus.Run() == RunResult.Idle ? 1 : 0;
                vcpus.Thaw();
            }
        });
        Background.Until(() => vcpus.State == VcpuState.Running); // else all rounds may be over before the thread comes to its first

        for (int round = 0; round < Rounds; round++)
        {
            vcpus.Freeze();
            vcpus.Thaw();
        }

        Volatile.Write(ref stop, true);
        vcpus.Freeze(); // whoever is in the guest still comes out once more
        vcpus.Thaw();
        vcpus.Post(VcpuRequests.Suspend);
        runner.Wait();
        Assert.True(idle > 0);
    }

    [Fact]
    public void EveryEventWakesAHaltedVcpu()
    {
        using ScriptedVcpus vcpus = new(VmmEngine.RunLoop.Scripted.ScriptedExit.Halt());
        Background runner = Background.Run(() => vcpus.Run());

        for (int round = 0; round < Rounds; round++)
        {
            vcpus.Post(VcpuRequests.Event);
            Background.Until(() => vcpus.Requests == VcpuRequests.None);
        }

        vcpus.Post(VcpuRequests.Suspend);
        runner.Wait();
    }
}
