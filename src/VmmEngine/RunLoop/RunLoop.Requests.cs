using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.RunLoop;

/// <content>What others want of the vCPU.</content>
public static unsafe partial class RunLoop<TBackend>
{
    /// <summary>The vCPU is frozen and at least one request is posted. In upstream's order: suspend, idle, signal, debug stop.</summary>
    /// <remarks>
    /// A caller that waits to eject the vCPU is answered by a return, also when its request to go idle has been taken for another one:
    /// entering would be refused as long as it waits.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RunResult Serve(Vcpu* vcpu, TBackend backend, VcpuRequests requests)
    {
        if ((requests & VcpuRequests.Suspend) != 0)
        {
            return RunResult.Suspended;
        }

        if ((requests & VcpuRequests.Idle) != 0 || requests >= VcpuRequests.OneEjector)
        {
            GuestEntry<ProcessorAtomics>.TakeIdleRequest(vcpu);
            return RunResult.Idle;
        }

        if ((requests & VcpuRequests.Signal) != 0)
        {
            GuestEntry<ProcessorAtomics>.TakeSignal(vcpu);
            return RunResult.Bogus;
        }

        if ((requests & VcpuRequests.DebugStop) != 0)
        {
            return RunResult.DebugStopped;
        }

        GuestEntry<ProcessorAtomics>.TakeEventRequest(vcpu);
        backend.TakeEvents();
        return Resume;
    }

    /// <summary>HLT: sleeps until something is requested, or leaves that to the caller.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RunResult Halt<TRecorder>(Vcpu* vcpu, TBackend backend, VcpuExit* exit, RunFlags flags, ref TRecorder recorder)
        where TRecorder : struct, IExitRecorder
    {
        vcpu->Counters->Exits[(int)ExitReason.Halt]++;
        if (backend.CanResumeFromHalt)
        {
            return Resume;
        }

        bool final = (exit->Flags & ExitFlags.InterruptsDisabled) != 0 && (flags & RunFlags.ReturnOnFinalHalt) != 0;
        if (final || (flags & RunFlags.ReturnOnHalt) != 0)
        {
            return RunResult.Halted;
        }

        recorder.Returning(); // sleeping is no work of the engine's
        VcpuSleep.Sleep(vcpu);
        return Resume;
    }

    private static RunResult Interrupted(VcpuExit* exit) =>
        (exit->Flags & ExitFlags.BudgetSpent) == 0 ? Resume : RunResult.Bogus;
}
