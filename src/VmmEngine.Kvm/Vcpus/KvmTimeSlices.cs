using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.Kvm;

/// <summary>
/// Ends the slices of runs that have a budget. KVM counts no instructions, so the budget is time: ten times a second everybody who is inside the guest
/// on such a run comes out. The clock stands still while nobody runs like that.
/// </summary>
internal sealed unsafe class KvmTimeSlices : KvmVcpuTimer
{
    private const uint Stopped = 0;
    private const uint Ticking = 1;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new(); // orders the timer's changes; runs take it only to start the clock
    private uint _clock = Stopped;

    /// <summary>Makes the clock, which stands still.</summary>
    /// <param name="memory">The VM's locks.</param>
    public KvmTimeSlices(VmLockMemory memory)
        : base(memory)
    {
    }

    /// <summary>A run with a budget begins. The vCPU's holder.</summary>
    public void Begin(KvmVcpuState* state)
    {
        // A full fence: either the clock is seen stopped here, or whoever stops it sees the run.
        Volatile.Write(ref state->SliceIsOver, 0);
        Interlocked.Exchange(ref state->HasBudget, 1);
        if (Volatile.Read(ref _clock) == Stopped)
        {
            Start();
        }
    }

    /// <summary>The run is over.</summary>
    public static void End(KvmVcpuState* state) => Volatile.Write(ref state->HasBudget, 0);

    /// <summary>KVM_RUN was interrupted: says so if the slice is over.</summary>
    public static void Interrupted(KvmVcpuState* state)
    {
        if (Interlocked.Exchange(ref state->SliceIsOver, 0) != 0 && state->Exit.Reason == ExitReason.Interrupted)
        {
            state->Exit.Flags |= ExitFlags.BudgetSpent;
        }
    }

    private void Start()
    {
        lock (_lock)
        {
            if (_clock == Stopped)
            {
                Volatile.Write(ref _clock, Ticking);
                Begin(Slice);
            }
        }
    }

    /// <inheritdoc/>
    private protected override void Tick()
    {
        lock (_lock)
        {
            if (_clock == Stopped || EndSlices())
            {
                return;
            }

            Interlocked.Exchange(ref _clock, Stopped); // pairs with the fence of Begin
            if (EndSlices())
            {
                Volatile.Write(ref _clock, Ticking);
            }
            else
            {
                Stop();
            }
        }
    }

    // True if there are runs with a budget. One that is not in the guest at the moment is about to come back, or goes on until the next tick.
    private bool EndSlices()
    {
        bool found = false;
        for (uint id = 0; id < Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = Locks->Vcpus + id;
            KvmVcpuState* state = StateOf(vcpu);
            if (state == null || Volatile.Read(ref state->HasBudget) == 0)
            {
                continue;
            }

            found = true;
            if (Volatile.Read(ref vcpu->State) == (uint)VcpuState.Running)
            {
                Volatile.Write(ref state->SliceIsOver, 1);
                KvmVcpu.Kick(vcpu);
            }
        }

        return found;
    }
}
