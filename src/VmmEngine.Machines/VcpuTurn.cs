using VmmEngine.Backends;

namespace VmmEngine.Machines;

/// <summary>What a slice leaves behind.</summary>
internal enum TurnState
{
    /// <summary>The vCPU can go on.</summary>
    Runnable,

    /// <summary>It halted, and an interrupt would wake it.</summary>
    Halted,

    /// <summary>It halted with interrupts disabled.</summary>
    HaltedForGood,
}

/// <summary>One slice of one vCPU, and what it means for the run.</summary>
internal static unsafe class VcpuTurn
{
    /// <summary>Runs a vCPU until its slice is over or it has nothing to do; ends the run where that is what happened.</summary>
    public static TurnState Take(MachineVcpu vcpu, RunFlags flags, ulong budget, RunEnding ending, VcpuScheduler scheduler)
    {
        int error;
        RunResult result;
        VcpuExit* exit;
        Machine? outer = RunningThread.Enter(vcpu.Machine);
        try
        {
            error = vcpu.Runner.Run(flags | RunFlags.AnswerUnclaimed, budget, out result, out exit, out _);
        }
        catch (Exception failure)
        {
            // Of a device, on whatever thread that vCPU has: it belongs to the caller of the run.
            ending.Fail(failure);
            return TurnState.Runnable;
        }
        finally
        {
            RunningThread.Leave(outer);
        }

        if (error != 0)
        {
            ending.End(MachineEnd.Failed, $"vCPU {vcpu.Id} cannot run (FreeBSD errno {error})");
            return TurnState.Runnable;
        }

        switch (result)
        {
            case RunResult.Halted:
                return (exit->Flags & ExitFlags.InterruptsDisabled) != 0 ? TurnState.HaltedForGood : TurnState.Halted;

            case RunResult.Exit when exit->Reason == ExitReason.Pause:
                return TurnState.Runnable;

            case RunResult.Exit when exit->Reason == ExitReason.Startup:
                scheduler.Handle(exit);
                return TurnState.Runnable;

            case RunResult.Exit:
                EndFor(vcpu, exit, ending);
                return TurnState.Runnable;

            case RunResult.Bogus when vcpu.HasReachedLimit:
                ending.End(MachineEnd.ExitLimit, $"vCPU {vcpu.Id} has had the exits that were allowed");
                return TurnState.Runnable;

            case RunResult.Suspended:
                ending.End(MachineEnd.Stopped, "the VM was suspended");
                return TurnState.Runnable;

            default:
                return TurnState.Runnable;
        }
    }

    private static void EndFor(MachineVcpu vcpu, VcpuExit* exit, RunEnding ending)
    {
        string where = $"vCPU {vcpu.Id} at 0x{exit->Rip:X}";
        switch (exit->Reason)
        {
            case ExitReason.Shutdown:
                ending.End(MachineEnd.TripleFault, $"{where}: triple fault");
                break;

            case ExitReason.MemoryFault:
                ending.End(MachineEnd.Failed, $"{where}: {Access(exit->Detail)} 0x{exit->Address:X}, which its mapping forbids");
                break;

            default:
                ending.End(MachineEnd.Failed, $"{where}: {exit->Reason}, code 0x{exit->Detail:X}");
                break;
        }
    }

    private static string Access(ulong detail) => (Memory.MemoryProtection)detail switch
    {
        Memory.MemoryProtection.Write => "write to",
        Memory.MemoryProtection.Execute => "instruction fetch from",
        _ => "read of",
    };
}
