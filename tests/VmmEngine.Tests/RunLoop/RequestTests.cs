using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop.Scripted;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

/// <summary>What others want of a vCPU while it runs or sleeps.</summary>
public unsafe class RequestTests
{
    [Fact]
    public void RequestsAreServedInUpstreamsOrder()
    {
        using ScriptedVcpus vcpus = new();
        vcpus.Post(VcpuRequests.DebugStop | VcpuRequests.Signal | VcpuRequests.Idle | VcpuRequests.Suspend | VcpuRequests.Event);

        Assert.Equal(RunResult.Suspended, vcpus.Run());
        VcpuLocks.Withdraw(vcpus.Vcpu, VcpuRequests.Suspend);
        Assert.Equal(RunResult.Idle, vcpus.Run());
        Assert.Equal(RunResult.Bogus, vcpus.Run());
        Assert.Equal(VcpuRequests.DebugStop | VcpuRequests.Event, vcpus.Requests);
        Assert.Equal(RunResult.DebugStopped, vcpus.Run());
        Assert.Equal(RunResult.DebugStopped, vcpus.Run());
        Assert.Equal(0, ScriptedVm.EventLooks(vcpus.Vcpu));
    }

    [Fact]
    public void AnEventIsLookedAtAndTheGuestGoesOn()
    {
        using ScriptedVcpus vcpus = new(new ScriptedExit(ExitReason.Pause));
        vcpus.Post(VcpuRequests.Event);

        Assert.Equal(RunResult.Exit, vcpus.Run());
        Assert.Equal(1, ScriptedVm.EventLooks(vcpus.Vcpu));
        Assert.Equal(VcpuRequests.None, vcpus.Requests);
    }

    [Fact]
    public void AWaitingEjectorAloneMakesTheLoopReturn()
    {
        using ScriptedVcpus vcpus = new(new ScriptedExit(ExitReason.Pause));
        vcpus.Post(VcpuRequests.OneEjector);

        Assert.Equal(RunResult.Idle, vcpus.Run());
        Assert.Equal(0, ScriptedVm.Position(vcpus.Vcpu));
    }

    [Theory]
    [InlineData(VcpuRequests.Suspend, RunResult.Suspended)]
    [InlineData(VcpuRequests.Idle, RunResult.Idle)]
    [InlineData(VcpuRequests.DebugStop, RunResult.DebugStopped)]
    [InlineData(VcpuRequests.Signal, RunResult.Bogus)]
    public void AKickEndsARunOfAGuestThatNeverExits(VcpuRequests request, RunResult expected)
    {
        using ScriptedVcpus vcpus = new();
        RunResult result = RunResult.Exit;
        Background runner = Background.Run(() => result = vcpus.Run());
        Background.Until(() => vcpus.State == VcpuState.Running);

        vcpus.Post(request);

        runner.Wait();
        Assert.Equal(expected, result);
        Assert.Equal(VcpuState.Frozen, vcpus.State);
    }

    [Fact]
    public void ARequestEndsTheSleepOfAHalt()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.Halt(), new ScriptedExit(ExitReason.Pause));
        RunResult result = RunResult.Exit;
        Background runner = Background.Run(() => result = vcpus.Run());
        Background.Until(() => vcpus.State == VcpuState.Sleeping);

        vcpus.Post(VcpuRequests.Idle);

        runner.Wait();
        Assert.Equal(RunResult.Idle, result);
        Assert.Equal(RunResult.Halted, vcpus.Run(RunFlags.ReturnOnHalt));
    }

    [Fact]
    public void AnInterruptEndsAHalt()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.Halt(), new ScriptedExit(ExitReason.Pause));
        RunResult result = RunResult.Idle;
        Background runner = Background.Run(() => result = vcpus.Run());
        Background.Until(() => vcpus.State == VcpuState.Sleeping);

        vcpus.Vm.Interrupts.SetLine(4, asserted: true);

        runner.Wait();
        Assert.Equal(RunResult.Exit, result);
    }

    [Fact]
    public void OnlyANonMaskableInterruptEndsAHaltWithInterruptsDisabled()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.Halt(interruptsDisabled: true), new ScriptedExit(ExitReason.Pause));

        Assert.Equal(RunResult.Halted, vcpus.Run(RunFlags.ReturnOnFinalHalt));
        vcpus.Vm.Interrupts.SetLine(4, asserted: true);
        Assert.Equal(RunResult.Halted, vcpus.Run(RunFlags.ReturnOnFinalHalt));
        vcpus.Vm.InjectNmi(vcpus.Vcpu);
        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit, RunFlags.ReturnOnFinalHalt));
        Assert.Equal(ExitReason.Pause, exit.Reason);
    }

    [Fact]
    public void ABudgetEndsARunAndTheNextOneGoesOn()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.In(1, 1), ScriptedExit.In(2, 1), ScriptedExit.In(3, 1), new ScriptedExit(ExitReason.Pause));

        Assert.Equal(RunResult.Bogus, vcpus.Run(RunFlags.AnswerUnclaimed, budget: 2));
        Assert.Equal(2, ScriptedVm.Position(vcpus.Vcpu));
        Assert.Equal(RunResult.Exit, vcpus.Run(RunFlags.AnswerUnclaimed, budget: 2));
        Assert.Equal([0xFFUL, 0xFFUL, 0xFFUL], [vcpus.Answer(0), vcpus.Answer(1), vcpus.Answer(2)]);
    }
}
