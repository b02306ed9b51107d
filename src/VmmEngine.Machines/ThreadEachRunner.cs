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
        RunFlags sleepless = flags | RunFlags.ReturnOnHalt;
        while (ending.Current is null)
        {
            switch (VcpuTurn.Take(vcpu, sleepless, budget: 0, ending))
            {
                case VcpuTurn.State.Halted:
                    VcpuTurn.Take(vcpu, flags, budget: 0, ending);
                    break;

                case VcpuTurn.State.HaltedForGood:
                    SleepForGood(vcpu);
                    break;

                default:
                    break;
            }
        }
    }

    // Only an NMI or the end of the run wakes it; if all sleep like this, nobody is left to send one.
    private void SleepForGood(MachineVcpu vcpu)
    {
        if (Interlocked.Increment(ref _haltedForGood) == vcpus.Count)
        {
            ending.End(MachineEnd.Halted, "every vCPU halted with interrupts disabled");
        }

        VcpuTurn.Take(vcpu, flags, budget: 0, ending);
        Interlocked.Decrement(ref _haltedForGood);
    }
}
