using VmmEngine.Locks;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>Where the vCPUs of a suspended VM meet, and what callers and a destruction do to those that wait there.</summary>
internal static unsafe class SuspendScenarios
{
    private const string Group = "suspend barrier";

    public static IEnumerable<Scenario> All()
    {
        yield return Clean("two vCPUs meet", world => Build(world, vcpus: 2, runners: 2, callers: []));
        yield return Clean("a destruction frees one that nobody joins", world => AddDestroyer(Build(world, vcpus: 2, runners: 1, callers: []), world));
        yield return Clean("a destruction while two vCPUs meet", world => AddDestroyer(Build(world, vcpus: 2, runners: 2, callers: []), world));
        yield return Clean("a caller takes a vCPU out of the barrier", world => Build(world, vcpus: 2, runners: 2, callers: [VcpuScenarios.FreezeOne(0)]));
        yield return Clean("a caller that holds one vCPU takes the other", world => BuildHeld(world));
        yield return Clean("of two that halt one notices that both have", BuildHalts);
    }

    /// <summary>Active vCPUs of a suspended VM, some of them run by a thread, and callers that want them.</summary>
    public static VmWorld Build(World world, int vcpus, int runners, VcpuScenarios.Caller[] callers, BarrierPass? pass = null)
    {
        VmWorld vm = new(world, vcpus, vcpus, callers: 0);
        VmLocks* locks = vm.Locks;
        for (int id = 0; id < vcpus; id++)
        {
            vm.Vcpus[id].Flags = (uint)VcpuFlags.Active;
            vm.Vcpus[id].Requests = (uint)VcpuRequests.Suspend;
        }

        uint* callersLeft = world.Allocate<uint>("callers left");
        *callersLeft = (uint)callers.Length;
        world.Name(callersLeft, "callers left", restored: false);
        for (int runner = 0; runner < runners; runner++)
        {
            // A client whose vCPU was wanted comes again. Here it lets the callers finish first, or an unfair schedule could go on for ever; the
            // request to go idle can outlive them by one run.
            int id = runner;
            BarrierPass by = pass ?? SuspendBarrier<A>.TryPass;
            Action run = () => RunUnlessPassed(locks, id, by);
            Action[] steps = callers.Length == 0 ? [run] : [run, () => AwaitCallers(locks, id, callersLeft), run, run];
            world.Thread($"runner {id}", steps);
        }

        foreach (VcpuScenarios.Caller caller in callers)
        {
            world.Thread($"caller ({caller.Name})", () =>
            {
                caller.Call<A>(locks);
                A.Add(ref *callersLeft, uint.MaxValue);
                A.Wake(ref *callersLeft);
            });
        }

        world.AtEnd(memory => AllHaveNoticed(memory, vm, runners));
        return vm;
    }

    /// <summary>A caller has frozen vCPU 1 and wants vCPU 0, as one that freezes all does, while the runner of vCPU 0 waits for vCPU 1.</summary>
    public static void BuildHeld(World world, BarrierPass? pass = null)
    {
        VmWorld vm = Build(world, vcpus: 2, runners: 2, callers: [new HolderOfOne()], pass);
        vm.Vcpus[1].State = (uint)VcpuState.Frozen;
    }

    public static void AddDestroyer(VmWorld vm, World world)
    {
        VmLocks* locks = vm.Locks;
        world.Thread("destroyer", () => SuspendBarrier<A>.Release(ref *locks));
    }

    /// <summary>How a vCPU passes the barrier: the product's way, or a broken one.</summary>
    internal delegate bool BarrierPass(ref VmLocks locks, Vcpu* vcpu);

    private static Scenario Clean(string name, Action<World> build) => new(Group, name, Expectation.Clean, build);

    private static void RunUnlessPassed(VmLocks* locks, int id, BarrierPass pass)
    {
        if (VcpuSets<A>.Contains(VcpuFlags.Suspended, locks->Vcpus + id) || !VcpuLocks<A>.TryFreeze(ref *locks, id, out Vcpu* vcpu))
        {
            return;
        }

        Observe.Enter(Resources.Vcpu(id));
        pass(ref *locks, vcpu);
        Observe.Leave(Resources.Vcpu(id));
        VcpuLocks<A>.Thaw(vcpu);
    }

    private static void AwaitCallers(VmLocks* locks, int id, uint* callersLeft)
    {
        uint left;
        while (!VcpuSets<A>.Contains(VcpuFlags.Suspended, locks->Vcpus + id) && (left = A.Read(ref *callersLeft)) != 0)
        {
            A.Wait(ref *callersLeft, left);
        }
    }

    private sealed class HolderOfOne : VcpuScenarios.Caller
    {
        public override string Name => "holds 1, freezes 0";

        public override void Call<TAtomics>(VmLocks* locks)
        {
            VcpuScenarios.FreezeOne(0).Call<TAtomics>(locks);
            VcpuLocks<TAtomics>.Thaw(locks->Vcpus + 1);
        }
    }

    private static string? AllHaveNoticed(FinalMemory memory, VmWorld vm, int runners)
    {
        for (int id = 0; id < runners; id++)
        {
            if ((memory[&vm.Vcpus[id].Flags] & (uint)VcpuFlags.Suspended) == 0)
            {
                return $"vcpu {id} does not count as suspended";
            }
        }

        return null;
    }

    private static void BuildHalts(World world)
    {
        VmWorld vm = new(world, 2, 2, callers: 0);
        VmLocks* locks = vm.Locks;
        uint* noticed = world.AllocateArray<uint>("noticed", 2);
        for (int id = 0; id < 2; id++)
        {
            int vcpu = id;
            vm.Vcpus[id].Flags = (uint)VcpuFlags.Active;
            world.Name(noticed + id, $"noticed by {id}", restored: false);
            world.Thread($"vcpu {id}", () =>
            {
                VcpuSets<A>.TryAdd(VcpuFlags.HaltedForGood, locks->Vcpus + vcpu);
                bool all = VcpuSets<A>.ContainsAllActive(ref *locks, VcpuFlags.HaltedForGood);
                Observe.Record(ref noticed[vcpu], all ? 1u : 0);
            });
        }

        world.AtEnd(memory => memory[noticed] + memory[noticed + 1] != 0 ? null : "neither has noticed that the other had halted");
    }
}
