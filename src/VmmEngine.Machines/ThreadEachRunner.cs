using VmmEngine.Backends;

namespace VmmEngine.Machines;

/// <summary>Runs every vCPU on a thread of its own; the first one on the caller's.</summary>
internal sealed class ThreadEachRunner(IReadOnlyList<MachineVcpu> vcpus, RunFlags flags, RunEnding ending)
{
    private int _haltedForGood;

    /// <summary>Returns when all vCPUs have stopped.</summary>
    public void Run()
    {
        Thread[] others = [.. vcpus.Skip(1).Select(vcpu => new Thread(() => Drive(vcpu)) { Name = $"vCPU {vcpu.Id}", IsBackground = true })];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        Drive(vcpus[0]);
        foreach (Thread thread in others)
        {
            thread.Join();
        }
    }

    private void Drive(MachineVcpu vcpu)
    {
        while (!ending.HoldsGuest)
        {
            if (VcpuTurn.Take(vcpu, flags | RunFlags.ReturnOnFinalHalt, budget: 0, ending) == TurnState.HaltedForGood)
            {
                SleepForGood(vcpu);
            }
        }
    }

    // Only an NMI or the end of the run wakes it; if all sleep like this, nobody is left to send one.
    private void SleepForGood(MachineVcpu vcpu)
    {
        if (Interlocked.Increment(ref _haltedForGood) == vcpus.Count)
        {
            ending.EndHalted();
        }

        VcpuTurn.Take(vcpu, flags, budget: 0, ending);
        Interlocked.Decrement(ref _haltedForGood);
    }
}
