using VmmEngine.Exploration.Scenarios;

namespace VmmEngine.Exploration.Broken;

/// <summary>The project's own lock code on atomics that lack one property. Each must be caught in the way that the property's comment predicts.</summary>
internal static class WeakenedLockScenarios
{
    public static IEnumerable<Scenario> All()
    {
        const string WordLock = "word lock (broken)";
        yield return Caught(WordLock, "no barrier before sleeping", ViolationKind.Deadlock, world => WordLockScenarios.Build<WeakenedAtomics<NoBarrier>>(world, 2, 1));
        yield return Caught(WordLock, "compare-exchange in two steps", ViolationKind.TwoHolders, world => WordLockScenarios.Build<WeakenedAtomics<CompareExchangeIsStore>>(world, 2, 1));
        yield return Caught(WordLock, "nobody is woken", ViolationKind.Deadlock, world => WordLockScenarios.Build<WeakenedAtomics<NoWake>>(world, 2, 1));

        const string SlotLock = "slot lock (broken)";
        yield return Caught(SlotLock, "no barrier in the writer", ViolationKind.TwoHolders, world => SlotLockScenarios.Build<WeakenedAtomics<NoBarrier>>(world, 1, 1, 1));
        yield return Caught(SlotLock, "no barrier in the closing of a gate", ViolationKind.TwoHolders, world => SlotLockScenarios.BuildGate<WeakenedAtomics<NoBarrier>>(world, 1));
        yield return Caught(SlotLock, "a leaving reader wakes nobody", ViolationKind.Deadlock, world => SlotLockScenarios.Build<WeakenedAtomics<NoWake>>(world, 1, 1, 1));

        const string Vcpu = "vcpu (broken)";
        yield return Caught(Vcpu, "no barrier before sleeping", ViolationKind.Deadlock, VcpuScenarios.Freezers<WeakenedAtomics<NoBarrier>>(callers: 2));
        yield return Caught(Vcpu, "no barrier in freeze all", ViolationKind.Deadlock, VcpuScenarios.Build<WeakenedAtomics<NoBarrier>>(1, 1, VcpuScenarios.FreezeAll, VcpuScenarios.FreezeOne(0)));
        yield return Caught(Vcpu, "no fence at guest entry", ViolationKind.WrongEnd, VcpuScenarios.Build<WeakenedAtomics<ExchangeIsStore>>(1, 1, VcpuScenarios.PostSuspend, runs: 1));
        yield return Caught(Vcpu, "a kick that wakes nobody", ViolationKind.LostKick, VcpuScenarios.Build<WeakenedAtomics<NoWake>>(1, 1, VcpuScenarios.FreezeOne(0), runs: 1));
        yield return Caught(Vcpu, "no fence after posting a request", ViolationKind.WrongEnd, VcpuScenarios.Build<WeakenedAtomics<OrIsStore>>(1, 1, VcpuScenarios.PostSuspend, runs: 1));
    }

    private static Scenario Caught(string group, string name, ViolationKind kind, Action<World> build) =>
        new(group, name, Expectation.Caught, build) { ExpectedViolation = kind };
}
