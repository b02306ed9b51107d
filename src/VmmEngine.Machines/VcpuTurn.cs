using VmmEngine.Backends;
using VmmEngine.FreeBsd;

namespace VmmEngine.Machines;

/// <summary>One slice of one vCPU, and what it means for the run.</summary>
internal static unsafe class VcpuTurn
{
    /// <summary>What a slice leaves behind.</summary>
    internal enum State
    {
        /// <summary>It can go on.</summary>
        Runnable,

        /// <summary>It halted, and an interrupt would wake it.</summary>
        Halted,

        /// <summary>It halted with interrupts disabled.</summary>
        HaltedForGood,
    }

    /// <summary>Runs a vCPU until its slice is over or it has nothing to do; ends the run where that is what happened.</summary>
    public static State Take(MachineVcpu vcpu, RunFlags flags, ulong budget, RunEnding ending)
    {
        int error = vcpu.Runner.Run(flags, budget, out RunResult result, out VcpuExit* exit);
        if (error != 0)
        {
            ending.End(MachineEnd.Failed, $"vCPU {vcpu.Id} cannot run (FreeBSD errno {error})");
            return State.Runnable;
        }

        switch (result)
        {
            case RunResult.Halted:
                return (exit->Flags & ExitFlags.InterruptsDisabled) != 0 ? State.HaltedForGood : State.Halted;

            case RunResult.Exit:
                EndFor(vcpu, exit, ending);
                return State.Runnable;

            case RunResult.Suspended:
                ending.End(MachineEnd.Stopped, "the VM was suspended");
                return State.Runnable;

            default:
                return State.Runnable;
        }
    }

    private static void EndFor(MachineVcpu vcpu, VcpuExit* exit, RunEnding ending)
    {
        string where = $"vCPU {vcpu.Id} at 0x{exit->Rip:X}";
        switch (exit->Reason)
        {
            case ExitReason.MsrRead or ExitReason.MsrWrite:
                exit->Flags |= ExitFlags.Refused; // the guest sees #GP, as on hardware without the register
                break;

            case ExitReason.Shutdown:
                ending.End(MachineEnd.TripleFault, $"{where}: triple fault");
                break;

            case ExitReason.MemoryFault:
                ending.End(MachineEnd.Failed, $"{where}: access to 0x{exit->Address:X}, which its mapping forbids");
                break;

            default:
                ending.End(MachineEnd.Failed, $"{where}: {exit->Reason}, code 0x{exit->Detail:X}");
                break;
        }
    }
}
