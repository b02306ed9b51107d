using VmmEngine.Backends;
using VmmEngine.Platform;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <summary>
/// Runs all vCPUs on the caller's thread, slice by slice, in the order of their numbers. With a clock that counts instructions nothing of the host
/// gets in, so that every run of a guest is the same.
/// </summary>
internal sealed class InTurnRunner(IReadOnlyList<MachineVcpu> all, RunFlags flags, VmClock clock, SoftVm vm, RunEnding ending) : VcpuScheduler(all)
{
    /// <summary>Guest instructions of one turn: changing vCPUs costs nothing next to it, and none waits long for its turn.</summary>
    private const ulong Slice = 50_000;

    /// <summary>
    /// A turn while all others are halted: they are looked at a little more often, because PAUSE does not end this one.
    /// </summary>
    private const ulong LoneSlice = 5_000;

    // What each vCPU's last turn left behind, and whether PAUSE ends its next one.
    private readonly TurnState[] _states = new TurnState[all.Count];
    private readonly bool[] _yields = new bool[all.Count];

    /// <inheritdoc/>
    public override void Run()
    {
        // All as in the first run of a restored machine, which does the same as the one that was saved.
        vm.FirstLeavesForOthers = false;
        Array.Clear(_states);
        for (int id = 0; id < All.Count && All.Count > 1; id++)
        {
            SetYields(id, true);
        }

        while (!ending.HoldsGuest)
        {
            TurnState liveliest = TurnState.HaltedForGood;
            for (int id = 0; id < All.Count; id++)
            {
                if (All[id].IsStarted)
                {
                    TurnState state = VcpuTurn.Take(All[id], flags | RunFlags.ReturnOnHalt, Budget(id), ending, this);
                    _states[id] = state;
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
            else
            {
                vm.FirstLeavesForOthers = false;
            }
        }
    }

    // Who waits for another one says so with PAUSE, which ends its turn: without that, a loop that gives a lock away and takes it back never ends one without it.
    // If all others are halted, there is nobody to make room for, and a loop that waits for a timer would come out millions of times.
    private ulong Budget(int id)
    {
        if (All.Count == 1)
        {
            return 0;
        }

        bool isAlone = true;
        for (int other = 0; other < All.Count; other++)
        {
            isAlone &= other == id || !All[other].IsStarted || _states[other] != TurnState.Runnable;
        }

        if (_yields[id] == isAlone)
        {
            SetYields(id, !isAlone);
        }

        return isAlone ? LoneSlice : Slice;
    }

    private void SetYields(int id, bool yields)
    {
        All[id].YieldOnPause(yields);
        _yields[id] = yields;
    }

    // Counted time can be set forward to the next timer; real time has to pass.
    private void WaitForEvent()
    {
        if (clock is InstructionClock counted && counted.JumpToDeadline())
        {
            return;
        }

        if (All.Count > 1 && !vm.FirstLeavesForOthers)
        {
            // What came for another one until now, one more round finds.
            vm.FirstLeavesForOthers = true;
            return;
        }

        // The first vCPU is where the interrupt controller's output ends: asleep in the loop it hears of a timer, a serial line, or the end of the run.
        VcpuTurn.Take(All[0], flags, budget: 1, ending, this);
    }

    // Its turn comes by itself.
    protected override void OnStarted(MachineVcpu vcpu)
    {
    }
}
