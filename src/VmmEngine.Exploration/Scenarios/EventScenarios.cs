using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>Events that arrive for a vCPU which runs or has halted: each is looked at, and the vCPU goes on.</summary>
internal static unsafe class EventScenarios
{
    // The events themselves, a bit each: what a device has raised. In the unused part of the vCPU's lines, next to the exit word.
    private const int EventWordOffset = 68;

    public static IEnumerable<Scenario> All()
    {
        yield return Clean("an event reaches a running vCPU", Build<ReplayAtomics>(posters: 1, halts: false));
        yield return Clean("two events reach a running vCPU", Build<ReplayAtomics>(posters: 2, halts: false));
        yield return Clean("an event wakes a halted vCPU", Build<ReplayAtomics>(posters: 1, halts: true));
        yield return Clean("two events wake a halted vCPU", Build<ReplayAtomics>(posters: 2, halts: true));
    }

    /// <summary>Posters that raise an event each, and a runner that stays in its guest, or asleep, and takes what comes.</summary>
    /// <param name="posters">How many.</param>
    /// <param name="halts">Whether the guest halts instead of running.</param>
    /// <param name="looksFirst">The mistake: the request is cleared after the look at the events.</param>
    public static Action<World> Build<TAtomics>(int posters, bool halts, bool looksFirst = false)
        where TAtomics : struct, IAtomics
    {
        return world =>
        {
            VmWorld vm = new(world, vcpus: 1, existing: 1, callers: 0);
            VmLocks* locks = vm.Locks;
            Vcpu* vcpu = vm.Vcpus;
            locks->Kick = &Guest<TAtomics>.Kick;
            world.Name(EventWord(vcpu), "vcpu 0.events");
            for (int poster = 0; poster < posters; poster++)
            {
                uint raised = 1u << poster;
                world.Thread($"poster {poster}", () =>
                {
                    TAtomics.Or(ref *EventWord(vcpu), raised);
                    VcpuLocks<TAtomics>.Post(ref *locks, vcpu, VcpuRequests.Event);
                });
            }

            world.Daemon("runner", () =>
            {
                if (VcpuLocks<TAtomics>.TryFreeze(ref *locks, 0, out _))
                {
                    Stay<TAtomics>(vcpu, halts, looksFirst);
                }

                return false;
            });
        };
    }

    /// <summary>The events that were raised and not taken.</summary>
    private static uint* EventWord(Vcpu* vcpu) => (uint*)((byte*)vcpu + EventWordOffset);

    private static void Stay<TAtomics>(Vcpu* vcpu, bool halts, bool looksFirst)
        where TAtomics : struct, IAtomics
    {
        while (true)
        {
            VcpuRequests requests = halts ? Guest<TAtomics>.Sleep(vcpu, 0) : Guest<TAtomics>.RunOnce(vcpu, 0);
            if (requests != VcpuRequests.None)
            {
                Take<TAtomics>(vcpu, looksFirst);
            }
        }
    }

    private static void Take<TAtomics>(Vcpu* vcpu, bool looksFirst)
        where TAtomics : struct, IAtomics
    {
        if (looksFirst)
        {
            TAtomics.Exchange(ref *EventWord(vcpu), 0);
            GuestEntry<TAtomics>.TakeEventRequest(vcpu);
        }
        else
        {
            GuestEntry<TAtomics>.TakeEventRequest(vcpu);
            TAtomics.Exchange(ref *EventWord(vcpu), 0);
        }
    }

    private static Scenario Clean(string name, Action<World> build) => new("event", name, Expectation.Clean, build);
}
