using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Machines;

/// <summary>
/// Runs all vCPUs on the caller's thread, slice by slice, in the order of their numbers. With a clock that counts instructions nothing of the host
/// gets in, so that every run of a guest is the same.
/// </summary>
internal sealed class InTurnRunner(IReadOnlyList<MachineVcpu> vcpus, RunFlags flags, VmClock clock, RunEnding ending)
{
    /// <summary>Guest instructions of one turn. Long enough that changing vCPUs costs nothing, short enough that one waits less than a millisecond.</summary>
    private const ulong Slice = 50_000;

    /// <summary>Returns when the run has ended.</summary>
    public void Run()
    {
        while (ending.Current is null)
        {
            VcpuTurn.State most = VcpuTurn.State.HaltedForGood;
            foreach (MachineVcpu vcpu in vcpus)
            {
                VcpuTurn.State state = VcpuTurn.Take(vcpu, flags | RunFlags.ReturnOnHalt, vcpus.Count == 1 ? 0 : Slice, ending);
                most = state < most ? state : most;
            }

            if (most != VcpuTurn.State.Runnable && ending.Current is null)
            {
                WaitForEvent(most);
            }
        }
    }

    // All vCPUs have halted. Counted time can be set forward to the next timer; real time has to pass.
    private void WaitForEvent(VcpuTurn.State most)
    {
        if (most == VcpuTurn.State.HaltedForGood)
        {
            ending.End(MachineEnd.Halted, "every vCPU halted with interrupts disabled");
        }
        else if (clock is not InstructionClock counted || !counted.AdvanceToNextDeadline())
        {
            // The first vCPU is where the interrupt controller's output ends: asleep in the loop it hears of a timer, a serial line, or the end of the run.
            VcpuTurn.Take(vcpus[0], flags, budget: 0, ending);
        }
    }
}
