using VmmEngine.Backends;

namespace VmmEngine.Machines;

/// <summary>Who runs the vCPUs of a machine.</summary>
internal abstract class VcpuScheduler(IReadOnlyList<MachineVcpu> all)
{
    private const ulong Init = 0x500; // a delivery mode as the exit has it

    // Several may start the same one at the same moment: it is started once.
    private readonly Lock _startups = new();

    /// <summary>All vCPUs of the machine, started or not.</summary>
    protected IReadOnlyList<MachineVcpu> All { get; } = all;

    /// <summary>Returns when the run has ended.</summary>
    public abstract void Run();

    /// <summary>A vCPU has sent INIT or STARTUP to others. On its thread, between two of its slices.</summary>
    public unsafe void Handle(VcpuExit* exit)
    {
        lock (_startups)
        {
            foreach (MachineVcpu target in All)
            {
                if ((exit->Address & (1UL << target.Id)) == 0)
                {
                    continue;
                }

                if (exit->Detail == Init)
                {
                    target.AwaitStartup();
                }
                else if (target.TryStartAt((byte)exit->Data))
                {
                    OnStarted(target);
                }
            }
        }
    }

    /// <summary>A vCPU takes part from now on.</summary>
    protected abstract void OnStarted(MachineVcpu vcpu);
}
