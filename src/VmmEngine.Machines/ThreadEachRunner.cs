using VmmEngine.Backends;

namespace VmmEngine.Machines;

/// <summary>Runs every vCPU on a thread of its own; the first one on the caller's.</summary>
internal sealed class ThreadEachRunner(IReadOnlyList<MachineVcpu> all, RunFlags flags, RunEnding ending) : VcpuScheduler(all)
{
    private readonly Lock _lock = new();
    private readonly Stack<Thread> _threads = new();
    private int _running;
    private int _haltedForGood;

    /// <inheritdoc/>
    public override void Run()
    {
        _running = 1;
        _haltedForGood = 0;
        foreach (MachineVcpu vcpu in All.Skip(1).Where(vcpu => vcpu.IsStarted || vcpu.WaitsInBackend))
        {
            OnStarted(vcpu);
        }

        Drive(All[0]);

        // Whoever starts another thread does so before its own ends, so none is missed.
        while (Next() is { } thread)
        {
            thread.Join();
        }
    }

    /// <inheritdoc/>
    protected override void OnStarted(MachineVcpu vcpu)
    {
        Interlocked.Increment(ref _running);
        Thread thread = new(() => Drive(vcpu)) { Name = $"vCPU {vcpu.Id}", IsBackground = true };
        thread.Start();
        lock (_lock)
        {
            _threads.Push(thread);
        }
    }

    private Thread? Next()
    {
        lock (_lock)
        {
            return _threads.TryPop(out Thread? thread) ? thread : null;
        }
    }

    private void Drive(MachineVcpu vcpu)
    {
        while (!ending.HoldsGuest)
        {
            if (VcpuTurn.Take(vcpu, flags | RunFlags.ReturnOnFinalHalt, budget: 0, ending, this) == TurnState.HaltedForGood)
            {
                SleepForGood(vcpu);
            }
        }
    }

    // Only an NMI or the end of the run wakes it; if all sleep like this, nobody is left to send one.
    private void SleepForGood(MachineVcpu vcpu)
    {
        if (Interlocked.Increment(ref _haltedForGood) == Volatile.Read(ref _running))
        {
            ending.EndHalted();
        }

        VcpuTurn.Take(vcpu, flags, budget: 0, ending, this);
        Interlocked.Decrement(ref _haltedForGood);
    }
}
