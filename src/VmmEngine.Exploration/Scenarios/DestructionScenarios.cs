using VmmEngine.Exploration.Rows;
using VmmEngine.Locks;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>The destruction of a FreeBSD VM: suspend, close the gate, forbid creation, tear down; against callers that come through the gate.</summary>
internal static unsafe class DestructionScenarios
{
    private const string Group = "destruction";

    public static IEnumerable<Scenario> All()
    {
        foreach (LockSetRow row in LockSetRow.All<A>().Append(LockSetRow.Run))
        {
            yield return new(Group, $"against {row.Name}", Expectation.Clean, world => Build(world, suspends: true, id: 0, row));
        }

        yield return new(Group, "against the creation of a vCPU", Expectation.Clean, world => Build(world, suspends: true, id: 1, LockSetRow.All<A>().Single(row => row.Name == "FREEZE_ONE")));
        yield return new(Group + " (broken)", "nobody is told to leave the guest", Expectation.Caught, world => Build(world, suspends: false, id: 0, LockSetRow.Run))
        {
            ExpectedViolation = ViolationKind.LostKick,
        };
    }

    private static void Build(World world, bool suspends, int id, LockSetRow row)
    {
        VmWorld vm = new(world, vcpus: 2, existing: 1, callers: 2);
        VmLocks* locks = vm.Locks;
        CallerLine* line = vm.Lines;
        RowCall call = new(locks, line, privilegeError: 0);
        RowCall destroyer = new(locks, vm.Lines + 1, privilegeError: 0);
        locks->Kick = &Guest<A>.Kick;
        world.Name(&locks->Gate.Writer.Word, "gate.writer", restored: false);
        world.Resource(Resources.Gate, "the VM");
        world.Thread($"caller ({row.Name})", () =>
        {
            if (SlotLocks<A>.TryEnterShared(ref locks->Gate, ref line->Gate))
            {
                Observe.Enter(Resources.Gate, HoldMode.Shared);
                row.Call(in call, id);
                Observe.Leave(Resources.Gate, HoldMode.Shared);
                SlotLocks<A>.ExitShared(ref locks->Gate, ref line->Gate);
            }
        });
        world.Thread("destroyer", () =>
        {
            if (suspends)
            {
                VcpuLocks<A>.Post(ref *locks, locks->Vcpus, VcpuRequests.Suspend);
            }

            SlotLocks<A>.EnterExclusive(ref locks->Gate);
            Observe.Enter(Resources.Gate);
            VcpuLocks<A>.ForbidCreation(ref *locks);
            LockSetCommands<A, LockSetHandlers>.WriteMap(in destroyer);
            Observe.Leave(Resources.Gate);
        });
    }
}
