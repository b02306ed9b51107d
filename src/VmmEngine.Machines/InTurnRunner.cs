using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Machines;

/// <summary>
/// Runs all vCPUs on the caller's thread, slice by slice, in the order of their numbers. With a clock that counts instructions nothing of the host
/// gets in, so that every run of a guest is the same.
/// </summary>
internal sealed class InTurnRunner(IReadOnlyList<MachineVcpu> all, RunFlags flags, VmClock clock, RunEnding ending) : VcpuScheduler(all)
{
    /// <summary>Guest instructions of one turn: changing vCPUs costs nothing next to it, and none waits long for its turn.</summary>
    private const ulong Slice = 50_000;

    /// <inheritdoc/>
    public override void Run()
    {
        ulong budget = All.Count == 1 ? 0 : Slice;
        if (All.Count > 1)
        {
            // Who waits for another one says so with PAUSE. Without that, a loop that gives a lock away and takes it back never ends a turn without it.
            foreach (MachineVcpu vcpu in All)
            {
                vcpu.YieldOnPause();
            }
        }

        while (!ending.HoldsGuest)
        {
            TurnState liveliest = TurnState.HaltedForGood;
            foreach (MachineVcpu vcpu in All)
            {
                if (vcpu.IsStarted)
                {
                    TurnState state = VcpuTurn.Take(vcpu, flags | RunFlags.ReturnOnHalt, budget, ending, this);
                    liveliest = state < liveliest ? state : liveliest;
                }
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
            VcpuTurn.Take(All[0], flags, budget: 1, ending, this);
        }
    }

    // Its turn comes by itself.
    protected override void OnStarted(MachineVcpu vcpu)
    {
    }
}
