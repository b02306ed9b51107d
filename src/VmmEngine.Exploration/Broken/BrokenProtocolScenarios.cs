using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Broken;

/// <summary>Copies of the protocols with one deliberate mistake each: two steps swapped, or one left out.</summary>
internal static unsafe class BrokenProtocolScenarios
{
    public static IEnumerable<Scenario> All()
    {
        yield return Caught("a reader looks at the writer before it marks its slot", ViolationKind.TwoHolders, ReaderLooksFirst);
        yield return Caught("a writer looks at the slots before it takes its word", ViolationKind.TwoHolders, WriterLooksFirst);
        yield return Caught("a reader that backs out wakes nobody", ViolationKind.Deadlock, ReaderBacksOutSilently);
        yield return Caught("memory map taken after the vCPUs", ViolationKind.Deadlock, MemoryMapAfterVcpus);
        yield return Caught("the memory map is not released", ViolationKind.Leftover, MemoryMapKept);
        yield return Caught("the vCPUs are not thawed", ViolationKind.WrongEnd, VcpusKept);
        yield return Caught("a failed precondition keeps the memory map", ViolationKind.Leftover, FailedPreconditionKeepsMemoryMap);
        yield return Caught("freeze all leaves creation open", ViolationKind.TwoHolders, FreezeAllWithoutCreationLock);
        yield return Caught("the kick is decided before the request is posted", ViolationKind.LostKick, KickDecidedBeforePost);
        yield return Caught("the runner looks at its requests before it says it runs", ViolationKind.LostKick, RequestsReadBeforeState);
        yield return Caught("the exit word is cleared after the look at the requests", ViolationKind.LostKick, ExitWordClearedLate);
        yield return Caught("the event request is cleared after the look at the events", ViolationKind.Leftover, EventScenarios.Build<A>(posters: 2, halts: false, looksFirst: true));
        yield return Caught("a halted vCPU clears the event request after the look", ViolationKind.Leftover, EventScenarios.Build<A>(posters: 2, halts: true, looksFirst: true));
        yield return Caught("a thaw looks for waiters before it lets go", ViolationKind.Deadlock, ThawLooksFirst);
        yield return Caught("an ejector wakes nobody who has let it go first", ViolationKind.Deadlock, EjectorLeavesSilently);
        yield return Caught("a caller closes the gate while it is inside", ViolationKind.Deadlock, GateClosedFromInside);
    }

    private static Scenario Caught(string name, ViolationKind kind, Action<World> build) =>
        new("protocol (broken)", name, Expectation.Caught, build) { ExpectedViolation = kind };

    private static void ReaderLooksFirst(World world)
    {
        VmWorld vm = new(world, 0, 0, callers: 1);
        VmLocks* locks = vm.Locks;
        uint* marker = &vm.Lines->MemoryMap;
        world.Thread("reader", () =>
        {
            if (A.Read(ref locks->MemoryMap.Writer.Word) == 0)
            {
                A.Write(ref *marker, 1);
                InsideMemoryMap(HoldMode.Shared);
                SlotLocks<A>.ExitShared(ref locks->MemoryMap, ref *marker);
            }
        });
        world.Thread("writer", () => Write(locks));
    }

    private static void WriterLooksFirst(World world)
    {
        VmWorld vm = new(world, 0, 0, callers: 1);
        VmLocks* locks = vm.Locks;
        uint* marker = &vm.Lines->MemoryMap;
        world.Thread("reader", () =>
        {
            SlotLocks<A>.EnterShared(ref locks->MemoryMap, ref *marker);
            InsideMemoryMap(HoldMode.Shared);
            SlotLocks<A>.ExitShared(ref locks->MemoryMap, ref *marker);
        });
        world.Thread("writer", () =>
        {
            A.BarrierProcessWide();
            while (A.Read(ref *marker) != 0)
            {
                A.Wait(ref *marker, 1);
            }

            WordLocks<A>.Enter(ref locks->MemoryMap.Writer);
            InsideMemoryMap(HoldMode.Exclusive);
            SlotLocks<A>.ExitExclusive(ref locks->MemoryMap);
        });
    }

    private static void ReaderBacksOutSilently(World world)
    {
        VmWorld vm = new(world, 0, 0, callers: 1);
        VmLocks* locks = vm.Locks;
        uint* marker = &vm.Lines->MemoryMap;
        world.Thread("reader", () =>
        {
            A.Write(ref *marker, 1);
            if (A.Read(ref locks->MemoryMap.Writer.Word) != 0)
            {
                A.Write(ref *marker, 0);
                return;
            }

            SlotLocks<A>.ExitShared(ref locks->MemoryMap, ref *marker);
        });
        world.Thread("writer", () => Write(locks));
    }

    private static void MemoryMapAfterVcpus(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("right order", () =>
        {
            SlotLocks<A>.EnterExclusive(ref locks->MemoryMap);
            VcpuLocks<A>.FreezeAll(ref *locks);
            SlotLocks<A>.ExitExclusive(ref locks->MemoryMap);
            VcpuLocks<A>.ThawAll(ref *locks);
        });
        world.Thread("wrong order", () =>
        {
            VcpuLocks<A>.FreezeAll(ref *locks);
            SlotLocks<A>.EnterExclusive(ref locks->MemoryMap);
            SlotLocks<A>.ExitExclusive(ref locks->MemoryMap);
            VcpuLocks<A>.ThawAll(ref *locks);
        });
    }

    private static void MemoryMapKept(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("caller", () =>
        {
            SlotLocks<A>.EnterExclusive(ref locks->MemoryMap);
            VcpuLocks<A>.FreezeAll(ref *locks);
            VcpuLocks<A>.ThawAll(ref *locks);
        });
    }

    private static void VcpusKept(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("caller", () =>
        {
            SlotLocks<A>.EnterExclusive(ref locks->MemoryMap);
            VcpuLocks<A>.FreezeAll(ref *locks);
            SlotLocks<A>.ExitExclusive(ref locks->MemoryMap);
        });
    }

    private static void FailedPreconditionKeepsMemoryMap(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 1);
        VmLocks* locks = vm.Locks;
        uint* marker = &vm.Lines->MemoryMap;
        world.Thread("caller", () =>
        {
            SlotLocks<A>.EnterShared(ref locks->MemoryMap, ref *marker);
            if (!VcpuLocks<A>.TryFreeze(ref *locks, 7, out Vcpu* vcpu))
            {
                return;
            }

            SlotLocks<A>.ExitShared(ref locks->MemoryMap, ref *marker);
            VcpuLocks<A>.Thaw(vcpu);
        });
    }

    private static void FreezeAllWithoutCreationLock(World world)
    {
        VmWorld vm = new(world, 2, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("freeze all", () =>
        {
            if (VcpuLocks<A>.TryFreeze(ref *locks, 0, out Vcpu* vcpu))
            {
                Observe.Enter(Resources.Vcpu(0));
                Observe.Enter(Resources.Vcpu(1));
                Observe.Leave(Resources.Vcpu(0));
                Observe.Leave(Resources.Vcpu(1));
                VcpuLocks<A>.Thaw(vcpu);
            }
        });
        world.Thread("creator", () => VcpuScenarios.FreezeOne(1).Call<A>(locks));
    }

    private static void KickDecidedBeforePost(World world)
    {
        VmLocks* locks = RunnerWorld(world);
        world.Daemon("runner", () => Run(() => Guest<A>.FreezeAndRun(locks, 0)));
        world.Thread("ejector", () =>
        {
            Vcpu* vcpu = locks->Vcpus;
            bool isRunning = A.Read(ref vcpu->State) == (uint)VcpuState.Running;
            A.Or(ref vcpu->Requests, (uint)VcpuRequests.Idle);
            if (isRunning)
            {
                Guest<A>.Kick(vcpu);
            }

            AwaitIdle(vcpu);
        });
    }

    private static void RequestsReadBeforeState(World world)
    {
        VmLocks* locks = RunnerWorld(world);
        world.Daemon("runner", () => Run(() =>
        {
            Vcpu* vcpu = locks->Vcpus;
            if (!VcpuLocks<A>.TryFreeze(ref *locks, 0, out _))
            {
                return;
            }

            A.Write(ref *VmWorld.ExitWord(vcpu), 0);
            if (A.Read(ref vcpu->Requests) == 0)
            {
                A.Exchange(ref vcpu->State, (uint)VcpuState.Running);
                InsideGuest(vcpu);
                GuestEntry<A>.Leave(vcpu);
            }

            GuestEntry<A>.TakeIdleRequest(vcpu);
            VcpuLocks<A>.Thaw(vcpu);
        }));
        world.Thread("ejector", () => VcpuScenarios.FreezeOne(0).Call<A>(locks));
    }

    private static void ExitWordClearedLate(World world)
    {
        VmLocks* locks = RunnerWorld(world);
        world.Daemon("runner", () => Run(() =>
        {
            if (!VcpuLocks<A>.TryFreeze(ref *locks, 0, out Vcpu* vcpu))
            {
                return;
            }

            if (GuestEntry<A>.Enter(vcpu) == VcpuRequests.None)
            {
                A.Write(ref *VmWorld.ExitWord(vcpu), 0);
                InsideGuest(vcpu);
                GuestEntry<A>.Leave(vcpu);
            }

            GuestEntry<A>.TakeIdleRequest(vcpu);
            VcpuLocks<A>.Thaw(vcpu);
        }));
        world.Thread("ejector", () => VcpuScenarios.FreezeOne(0).Call<A>(locks));
    }

    private static void ThawLooksFirst(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("wrong thaw", () =>
        {
            if (VcpuLocks<A>.TryFreeze(ref *locks, 0, out Vcpu* vcpu))
            {
                bool isAwaited = A.Read(ref vcpu->Waiters) != 0;
                A.Write(ref vcpu->State, (uint)VcpuState.Idle);
                if (isAwaited)
                {
                    A.Add(ref vcpu->Thaws, 1);
                    A.Wake(ref vcpu->Thaws);
                }
            }
        });
        world.Thread("waiter", () => VcpuScenarios.FreezeOne(0).Call<A>(locks));
    }

    private static void EjectorLeavesSilently(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        VmLocks* locks = vm.Locks;
        world.Thread("ejector", () =>
        {
            Vcpu* vcpu = locks->Vcpus;
            A.Add(ref vcpu->Waiters, 1);
            A.Add(ref vcpu->Requests, (uint)VcpuRequests.OneEjector);
            A.BarrierProcessWide();
            uint thaws = A.Read(ref vcpu->Thaws);
            while (A.CompareExchange(ref vcpu->State, (uint)VcpuState.Frozen, (uint)VcpuState.Idle) != (uint)VcpuState.Idle)
            {
                A.Wait(ref vcpu->Thaws, thaws);
                thaws = A.Read(ref vcpu->Thaws);
            }

            A.Add(ref vcpu->Requests, unchecked(0u - (uint)VcpuRequests.OneEjector));
            A.Add(ref vcpu->Waiters, uint.MaxValue);
            VcpuLocks<A>.Thaw(vcpu);
        });
        world.Thread("caller that goes last", () => VcpuScenarios.FreezeLast.Call<A>(locks));
    }

    private static void GateClosedFromInside(World world)
    {
        VmWorld vm = new(world, 0, 0, callers: 1);
        VmLocks* locks = vm.Locks;
        uint* marker = &vm.Lines->Gate;
        world.Thread("destroyer", () =>
        {
            if (SlotLocks<A>.TryEnterShared(ref locks->Gate, ref *marker))
            {
                SlotLocks<A>.EnterExclusive(ref locks->Gate);
            }
        });
    }

    private static VmLocks* RunnerWorld(World world)
    {
        VmWorld vm = new(world, 1, 1, callers: 0);
        vm.Locks->Kick = &Guest<A>.Kick;
        return vm.Locks;
    }

    private static bool Run(Action body)
    {
        body();
        return false;
    }

    private static void AwaitIdle(Vcpu* vcpu)
    {
        uint state;
        while ((state = A.Read(ref vcpu->State)) == (uint)VcpuState.Running)
        {
            A.Wait(ref vcpu->State, state);
        }
    }

    private static void InsideGuest(Vcpu* vcpu)
    {
        Observe.Enter(Resources.Guest(0));
        A.Wait(ref *VmWorld.ExitWord(vcpu), 0);
        Observe.Leave(Resources.Guest(0));
    }

    private static void InsideMemoryMap(HoldMode mode)
    {
        Observe.Enter(Resources.MemoryMap, mode);
        Observe.Leave(Resources.MemoryMap, mode);
    }

    private static void Write(VmLocks* locks)
    {
        SlotLocks<A>.EnterExclusive(ref locks->MemoryMap);
        InsideMemoryMap(HoldMode.Exclusive);
        SlotLocks<A>.ExitExclusive(ref locks->MemoryMap);
    }
}
