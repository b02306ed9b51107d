using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>Freezing one vCPU and all of them, with and without a runner in the guest, against creation and destruction.</summary>
internal static unsafe class VcpuScenarios
{
    private const string Group = "vcpu";

    public static IEnumerable<Scenario> All()
    {
        yield return Clean("three callers freeze one vCPU", Freezers<ReplayAtomics>(callers: 3));
        yield return Clean("a caller ejects the runner", Build<ReplayAtomics>(1, 1, FreezeOne(0), runs: 2));
        yield return Clean("two callers eject the runner of an existing vCPU", Ejected<ReplayAtomics>(1, FreezeExisting, FreezeExisting));
        yield return Clean("a caller freezes what another creates", Build<ReplayAtomics>(1, 0, FreezeExisting, FreezeOne(0)));
        yield return Clean("two callers eject the runner", Ejected<ReplayAtomics>(1, FreezeOne(0), FreezeOne(0)));
        for (int vcpus = 1; vcpus <= 3; vcpus++)
        {
            yield return Clean($"freeze all of {vcpus} ejects the runner", Build<ReplayAtomics>(vcpus, vcpus, FreezeAll, runs: vcpus == 3 ? 1 : 2));
        }

        yield return Clean("two freeze all of 2", Build<ReplayAtomics>(2, 2, FreezeAll, FreezeAll));
        yield return Clean("two freeze all of 1, with a runner", Ejected<ReplayAtomics>(1, FreezeAll, FreezeAll));
        yield return Clean("freeze all of 2 and freeze one, with a runner", Ejected<ReplayAtomics>(2, FreezeAll, FreezeOne(1)));
        yield return Clean("freeze all of 2 and freeze one", Build<ReplayAtomics>(2, 2, FreezeAll, FreezeOne(1)));
        yield return Clean("freeze all against creation", Build<ReplayAtomics>(2, 1, FreezeAll, FreezeOne(1)));
        yield return Clean("two create one vCPU", Build<ReplayAtomics>(1, 0, FreezeOne(0), FreezeOne(0)));
        yield return Clean("destroy forbids creation", Build<ReplayAtomics>(2, 1, Destroy, FreezeOne(1)));
        yield return Clean("destroy against freeze all, with a runner", Ejected<ReplayAtomics>(1, Destroy, FreezeAll));
        yield return Clean("a caller wakes a halted vCPU", Halted<ReplayAtomics>(vcpus: 1, FreezeOne(0)));
        yield return Clean("freeze all wakes a halted vCPU", Halted<ReplayAtomics>(vcpus: 2, FreezeAll));
        yield return Clean("a posted suspend wakes a halted vCPU", Halted<ReplayAtomics>(vcpus: 1, PostSuspend));
        yield return Clean("a posted suspend leaves nobody in the guest", Build<ReplayAtomics>(1, 1, PostSuspend, runs: 2));
        yield return Clean("a caller awaits a vCPU that two others use", Build<ReplayAtomics>(1, 1, AwaitOne, FreezeOne(0), AwaitOne));
        yield return Clean("a caller goes last beside two that freeze", Build<ReplayAtomics>(1, 1, FreezeLast, FreezeOne(0), FreezeOne(0)));
        yield return Clean("two callers go last beside freeze all of 2", Build<ReplayAtomics>(2, 2, FreezeLast, FreezeLast, FreezeAll));
        yield return Clean("await all against await one", Build<ReplayAtomics>(2, 2, AwaitAll, AwaitOne));
        yield return Clean("await all against freeze one and creation", Build<ReplayAtomics>(2, 1, AwaitAll, FreezeOne(1), FreezeOne(0)));
    }

    private static Scenario Clean(string name, Action<World> build) => new(Group, name, Expectation.Clean, build);

    /// <summary>What one caller does to the VM; generic over the atomics, hence a type and not a delegate.</summary>
    internal abstract class Caller
    {
        public abstract string Name { get; }

        public abstract void Call<TAtomics>(VmLocks* locks)
            where TAtomics : struct, IAtomics;
    }

    public static Caller FreezeOne(int id) => new FreezeOneCaller(id);

    public static Caller FreezeExisting { get; } = new FreezeExistingCaller();

    public static Caller FreezeLast { get; } = new FreezeLastCaller();

    public static Caller FreezeAll { get; } = new FreezeAllCaller(eject: true);

    public static Caller AwaitAll { get; } = new FreezeAllCaller(eject: false);

    public static Caller AwaitOne { get; } = new AwaitOneCaller();

    public static Caller Destroy { get; } = new DestroyCaller();

    public static Caller PostSuspend { get; } = new PostCaller();

    public static Action<World> Freezers<TAtomics>(int callers)
        where TAtomics : struct, IAtomics =>
        world => Populate<TAtomics>(world, 1, 1, [.. Enumerable.Repeat(FreezeOne(0), callers)]);

    public static Action<World> Build<TAtomics>(int vcpus, int existing, Caller one, int runs = 0)
        where TAtomics : struct, IAtomics => BuildAll<TAtomics>(vcpus, existing, [one], runs);

    public static Action<World> Build<TAtomics>(int vcpus, int existing, Caller one, Caller two, int runs = 0)
        where TAtomics : struct, IAtomics => BuildAll<TAtomics>(vcpus, existing, [one, two], runs);

    public static Action<World> Build<TAtomics>(int vcpus, int existing, Caller one, Caller two, Caller three)
        where TAtomics : struct, IAtomics => BuildAll<TAtomics>(vcpus, existing, [one, two, three], runs: 0);

    /// <summary>A runner that is in the guest of vCPU 0 from the start, and two callers.</summary>
    public static Action<World> Ejected<TAtomics>(int vcpus, Caller one, Caller two)
        where TAtomics : struct, IAtomics
    {
        return world =>
        {
            VmWorld vm = Populate<TAtomics>(world, vcpus, vcpus, [one, two]);
            VmLocks* locks = vm.Locks;
            locks->Kick = &Guest<TAtomics>.Kick;
            vm.Vcpus->State = (uint)VcpuState.Running;
            world.Daemon("runner", () =>
            {
                Guest<TAtomics>.RunOn(locks, 0);
                return false;
            });
        };
    }

    /// <summary>A runner whose guest has halted, and a caller.</summary>
    public static Action<World> Halted<TAtomics>(int vcpus, Caller caller)
        where TAtomics : struct, IAtomics
    {
        return world =>
        {
            VmWorld vm = Populate<TAtomics>(world, vcpus, vcpus, [caller]);
            VmLocks* locks = vm.Locks;
            world.Daemon("runner", () =>
            {
                if (VcpuLocks<TAtomics>.TryFreeze(ref *locks, 0, out Vcpu* vcpu))
                {
                    Observe.Enter(Resources.Vcpu(0));
                    Guest<TAtomics>.Halt(vcpu, 0);
                    Observe.Leave(Resources.Vcpu(0));
                    VcpuLocks<TAtomics>.Thaw(vcpu);
                }

                return false;
            });
        };
    }

    private static Action<World> BuildAll<TAtomics>(int vcpus, int existing, Caller[] callers, int runs)
        where TAtomics : struct, IAtomics
    {
        return world =>
        {
            VmWorld vm = Populate<TAtomics>(world, vcpus, existing, callers);
            VmLocks* locks = vm.Locks;
            locks->Kick = &Guest<TAtomics>.Kick;
            if (runs > 0)
            {
                world.Daemon("runner", [.. Enumerable.Repeat(RunOnce, runs)]);
            }

            bool RunOnce()
            {
                Guest<TAtomics>.FreezeAndRun(locks, 0);
                return false;
            }
        };
    }

    private static VmWorld Populate<TAtomics>(World world, int vcpus, int existing, Caller[] callers)
        where TAtomics : struct, IAtomics
    {
        VmWorld vm = new(world, vcpus, existing, callers: 0);
        VmLocks* locks = vm.Locks;
        for (int index = 0; index < callers.Length; index++)
        {
            Caller caller = callers[index];
            world.Thread($"caller {index} ({caller.Name})", () => caller.Call<TAtomics>(locks));
        }

        return vm;
    }

    /// <summary>Takes one vCPU in some way, and gives it back.</summary>
    private abstract class OneVcpuCaller(int id) : Caller
    {
        protected int Id => id;

        public override void Call<TAtomics>(VmLocks* locks)
        {
            if (TryTake<TAtomics>(locks, out Vcpu* vcpu))
            {
                Observe.Enter(Resources.Vcpu(id));
                Observe.Leave(Resources.Vcpu(id));
                VcpuLocks<TAtomics>.Thaw(vcpu);
            }
        }

        protected abstract bool TryTake<TAtomics>(VmLocks* locks, out Vcpu* vcpu)
            where TAtomics : struct, IAtomics;
    }

    private sealed class FreezeOneCaller(int id) : OneVcpuCaller(id)
    {
        public override string Name => $"freeze {Id}";

        protected override bool TryTake<TAtomics>(VmLocks* locks, out Vcpu* vcpu) => VcpuLocks<TAtomics>.TryFreeze(ref *locks, Id, out vcpu);
    }

    private sealed class FreezeExistingCaller() : OneVcpuCaller(0)
    {
        public override string Name => "freeze 0 if it exists";

        protected override bool TryTake<TAtomics>(VmLocks* locks, out Vcpu* vcpu) => VcpuLocks<TAtomics>.TryFreezeExisting(ref *locks, Id, out vcpu);
    }

    private sealed class FreezeLastCaller() : OneVcpuCaller(0)
    {
        public override string Name => "freeze 0 last";

        protected override bool TryTake<TAtomics>(VmLocks* locks, out Vcpu* vcpu)
        {
            VcpuLocks<TAtomics>.LetEjectorsPass(ref *locks, Id);
            return VcpuLocks<TAtomics>.TryFreeze(ref *locks, Id, out vcpu);
        }
    }

    private sealed class AwaitOneCaller() : OneVcpuCaller(0)
    {
        public override string Name => "await 0";

        protected override bool TryTake<TAtomics>(VmLocks* locks, out Vcpu* vcpu) => VcpuLocks<TAtomics>.TryAwait(ref *locks, Id, out vcpu);
    }

    private sealed class FreezeAllCaller(bool eject) : Caller
    {
        public override string Name => eject ? "freeze all" : "await all";

        public override void Call<TAtomics>(VmLocks* locks)
        {
            if (eject)
            {
                VcpuLocks<TAtomics>.FreezeAll(ref *locks);
            }
            else
            {
                VcpuLocks<TAtomics>.AwaitAll(ref *locks);
            }

            // Ids that do not exist yet are kept from coming into being, so they count as held too.
            for (int id = 0; id < (int)locks->VcpuLimit; id++)
            {
                Observe.Enter(Resources.Vcpu(id));
            }

            for (int id = 0; id < (int)locks->VcpuLimit; id++)
            {
                Observe.Leave(Resources.Vcpu(id));
            }

            VcpuLocks<TAtomics>.ThawAll(ref *locks);
        }
    }

    private sealed class DestroyCaller : Caller
    {
        public override string Name => "destroy";

        public override void Call<TAtomics>(VmLocks* locks)
        {
            VcpuLocks<TAtomics>.ForbidCreation(ref *locks);
            FreezeAll.Call<TAtomics>(locks);
        }
    }

    private sealed class PostCaller : Caller
    {
        public override string Name => "suspend";

        public override void Call<TAtomics>(VmLocks* locks) => VcpuLocks<TAtomics>.Post(ref *locks, locks->Vcpus, VcpuRequests.Suspend);
    }
}
