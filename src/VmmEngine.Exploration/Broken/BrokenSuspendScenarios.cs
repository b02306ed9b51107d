using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Broken;

/// <summary>Copies of the suspend barrier with one deliberate mistake each.</summary>
internal static unsafe class BrokenSuspendScenarios
{
    private const uint Open = 1;

    public static IEnumerable<Scenario> All()
    {
        yield return Caught("the barrier is opened without a fence", OpenedWithoutFence);
        yield return Caught("a waiter clears the event after its look at the barrier", EventClearedLate);
        yield return Caught("a waiter stays although its vCPU is wanted", WaiterStays);
        yield return Caught("a vCPU asks whether it is the last before it joins", AskedBeforeJoining);
    }

    private static void OpenedWithoutFence(World world)
    {
        VmWorld vm = SuspendScenarios.Build(world, vcpus: 2, runners: 1, callers: []);
        VmLocks* locks = vm.Locks;
        world.Thread("destroyer", () => ReleaseWithoutFence(ref *locks));
    }

    private static void EventClearedLate(World world) =>
        SuspendScenarios.AddDestroyer(SuspendScenarios.Build(world, vcpus: 2, runners: 1, callers: [], PassClearingLate), world);

    private static void WaiterStays(World world) => SuspendScenarios.BuildHeld(world, PassWithoutLeaving);

    private static void AskedBeforeJoining(World world) =>
        SuspendScenarios.Build(world, vcpus: 2, runners: 2, callers: [], PassAskingFirst);

    private static Scenario Caught(string name, Action<World> build) =>
        new("suspend barrier (broken)", name, Expectation.Caught, build) { ExpectedViolation = ViolationKind.Deadlock };

    private static void ReleaseWithoutFence(ref VmLocks locks)
    {
        A.Write(ref locks.SuspendBarrierOpen, Open);
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            if (VcpuSets<A>.Contains(VcpuFlags.Suspended, locks.Vcpus + id))
            {
                VcpuLocks<A>.Post(ref locks, locks.Vcpus + id, VcpuRequests.Event);
            }
        }
    }

    private static bool PassClearingLate(ref VmLocks locks, Vcpu* vcpu) => Pass(ref locks, vcpu, clearsLate: true, leaves: true);

    private static bool PassWithoutLeaving(ref VmLocks locks, Vcpu* vcpu) => Pass(ref locks, vcpu, clearsLate: false, leaves: false);

    private static bool PassAskingFirst(ref VmLocks locks, Vcpu* vcpu)
    {
        bool last = true;
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            last &= locks.Vcpus + id == vcpu || VcpuSets<A>.Contains(VcpuFlags.Suspended, locks.Vcpus + id);
        }

        VcpuSets<A>.TryAdd(VcpuFlags.Suspended, vcpu);
        if (last)
        {
            SuspendBarrier<A>.Release(ref locks);
            return true;
        }

        return Sleep(ref locks, vcpu, clearsLate: false, leaves: true);
    }

    private static bool Pass(ref VmLocks locks, Vcpu* vcpu, bool clearsLate, bool leaves) =>
        SuspendBarrier<A>.Join(ref locks, vcpu) || Sleep(ref locks, vcpu, clearsLate, leaves);

    private static bool Sleep(ref VmLocks locks, Vcpu* vcpu, bool clearsLate, bool leaves)
    {
        A.Exchange(ref vcpu->State, (uint)VcpuState.Sleeping);
        bool passed = Wait(ref locks, vcpu, clearsLate, leaves);
        A.Write(ref vcpu->State, (uint)VcpuState.Frozen);
        if (!passed)
        {
            VcpuSets<A>.TryRemove(VcpuFlags.Suspended, vcpu);
            GuestEntry<A>.TakeIdleRequest(vcpu);
        }

        return passed;
    }

    private static bool Wait(ref VmLocks locks, Vcpu* vcpu, bool clearsLate, bool leaves)
    {
        while (true)
        {
            if (!clearsLate)
            {
                GuestEntry<A>.TakeEventRequest(vcpu);
            }

            if (A.Read(ref locks.SuspendBarrierOpen) == Open)
            {
                return true;
            }

            if (clearsLate)
            {
                GuestEntry<A>.TakeEventRequest(vcpu);
            }

            uint requests = A.Read(ref vcpu->Requests);
            if (leaves && ((requests & (uint)VcpuRequests.Idle) != 0 || requests >= (uint)VcpuRequests.OneEjector))
            {
                return false;
            }

            if ((requests & (uint)VcpuRequests.Event) == 0)
            {
                A.Wait(ref vcpu->Requests, requests);
            }
        }
    }
}
