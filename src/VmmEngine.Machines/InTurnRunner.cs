using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Machines;

/// <summary>
/// Runs all vCPUs on the caller's thread, slice by slice, in the order of their numbers. With a clock that counts instructions nothing of the host
/// gets in, so that every run of a guest is the same.
/// </summary>
internal sealed class InTurnRunner(IReadOnlyList<MachineVcpu> vcpus, RunFlags flags, VmClock clock, RunEnding ending)
{
    /// <summary>Guest instructions of one turn: changing vCPUs costs nothing next to it, and none waits long for its turn.</summary>
    private const ulong Slice = 50_000;

    /// <summary>Returns when the run has ended.</summary>
    public void Run()
    {
        ulong budget = vcpus.Count == 1 ? 0 : Slice;
        while (!ending.HoldsGuest)
        {
            TurnState liveliest = TurnState.HaltedForGood;
            foreach (MachineVcpu vcpu in vcpus)
            {
                TurnState state = VcpuTurn.Take(vcpu, flags | RunFlags.ReturnOnHalt, budget, ending);
                liveliest = state < liveliest ? state : liveliest;
            }

            if (liveliest == TurnState.HaltedForGood)
            {
                ending.EndHalted();
            }
            else if (liveliest == TurnState.Halted && !ending.HoldsGuest)
            {
                WaitForEvent();
            }
        }
    }

    // Counted time can be set forward to the next timer; real time has to pass.
    private void WaitForEvent()
    {
        if (clock is not InstructionClock counted || !counted.JumpToDeadline())
        {
            // The first vCPU is where the interrupt controller's output ends: asleep in the loop it hears of a timer, a serial line, or the end of the run.
            VcpuTurn.Take(vcpus[0], flags, budget: 1, ending);
        }
    }
}
