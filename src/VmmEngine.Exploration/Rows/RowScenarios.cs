using VmmEngine.Abi.FreeBsd;
using VmmEngine.Exploration.Broken;
using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;

namespace VmmEngine.Exploration.Rows;

/// <summary>The generated row methods: every pair of lock sets, triples of those that take different locks, and every way to be refused.</summary>
internal static unsafe class RowScenarios
{
    private const int NoSuchVcpu = 99;

    private static readonly ExplorationLimits LargeLimits = ExplorationLimits.Default with { States = 250_000_000 };

    // The lock sets that differ once a privilege is granted; where three threads meet, each stands for all that take the same locks.
    private static readonly string[] Footprints = ["FREEZE_ONE", "FREEZE_ALL", "WRITE_MAP", "READ_MAP", "FIND_OR_CREATE"];

    public static IEnumerable<Scenario> All()
    {
        LockSetRow[] rows = LockSetRow.All<ReplayAtomics>();
        foreach ((LockSetRow one, LockSetRow other) in Pairs(rows))
        {
            string name = $"{one.Name}, {other.Name}";
            yield return Clean("rows in pairs", name, world => Build(world, 1, 1, id: 0, [one, other]));
            yield return Clean("rows in pairs, a vCPU comes into being", name, world => Build(world, 2, 1, id: 1, [one, other]));
        }

        LockSetRow[] footprints = [.. rows.Where(row => Footprints.Contains(row.Name))];
        foreach ((LockSetRow one, LockSetRow other) in Pairs(footprints))
        {
            // Two that eject the same runner at once, one of them all vCPUs, make a large world; here the other freezes a second vCPU.
            int id = IsLargeOnOneVcpu(one, other) ? 1 : 0;
            yield return Clean("rows in pairs, a runner in the guest", $"{one.Name}, {other.Name}", world => BuildWithRunner(world, id, [one, other]));
        }

        foreach (LockSetRow[] triple in Triples(footprints))
        {
            yield return Clean("rows in triples", string.Join(", ", triple.Select(row => row.Name)), world => Build(world, 1, 1, id: 0, triple));
        }

        foreach (LockSetRow row in rows)
        {
            yield return Clean("rows against the run row", row.Name, world => BuildAgainstRun(world, row));
        }

        foreach (Scenario scenario in Refusals(rows))
        {
            yield return scenario;
        }

        LockSetRow[] withoutBarrier = LockSetRow.All<WeakenedAtomics<NoBarrier>>();
        yield return Caught("reading and writing the map without barrier", ViolationKind.TwoHolders, withoutBarrier, "READ_MAP", "WRITE_MAP");
        yield return Caught("freezing all and one without barrier", ViolationKind.Deadlock, withoutBarrier, "FREEZE_ALL", "FREEZE_ONE");
        LockSetRow[] withoutWake = LockSetRow.All<WeakenedAtomics<NoWake>>();
        yield return Caught("two writers and no wake", ViolationKind.Deadlock, withoutWake, "WRITE_MAP", "WRITE_MAP");
    }

    /// <summary>Two rows that eject the same runner at once, one of them all vCPUs: tens of millions of states each.</summary>
    public static IEnumerable<Scenario> Large()
    {
        foreach ((LockSetRow one, LockSetRow other) in Pairs(LockSetRow.All<ReplayAtomics>()).Where(pair => IsLargeOnOneVcpu(pair.One, pair.Other)))
        {
            yield return Clean(ScenarioCatalog.LargeGroup, $"{one.Name}, {other.Name}, and their runner", world => BuildWithRunner(world, id: 0, [one, other]))
                with { Limits = LargeLimits };
        }
    }

    private static bool IsLargeOnOneVcpu(LockSetRow one, LockSetRow other) =>
        one.Name == "FREEZE_ONE" && other.Name is ("FREEZE_ALL" or "WRITE_MAP");

    /// <summary>A refused row gives its error and leaves every lock word as it was, also while another row is at work.</summary>
    private static IEnumerable<Scenario> Refusals(LockSetRow[] rows)
    {
        LockSetRow writer = rows.Single(row => row.Name == "WRITE_MAP");
        string[] idRows = ["FREEZE_ONE", "FIND_OR_CREATE", "MAYBE_FIND"];
        foreach (LockSetRow row in rows.Where(row => idRows.Contains(row.Name)).Append(LockSetRow.ReadMapFreezeOne))
        {
            foreach (int id in (int[])[-1, 1, NoSuchVcpu, int.MinValue])
            {
                int expected = row.Name == "MAYBE_FIND" && id == -1 ? 0 : Errno.EINVAL;
                yield return Clean("refusals", $"{row.Name} of vCPU {id} against WRITE_MAP", world => BuildRefused(world, row, id, privilegeError: 0, expected, writer));
            }
        }

        foreach (LockSetRow row in rows.Where(row => row.Name.StartsWith("PRIVILEGED", StringComparison.Ordinal)))
        {
            yield return Clean("refusals", $"{row.Name} without privilege against WRITE_MAP", world => BuildRefused(world, row, 0, Errno.EPERM, Errno.EPERM, writer));
        }
    }

    private static void BuildRefused(World world, LockSetRow row, int id, int privilegeError, int expected, LockSetRow other)
    {
        VmWorld vm = new(world, 1, 1, callers: 2);
        Add(world, vm, caller: 0, row, id, privilegeError, expected);
        Add(world, vm, caller: 1, other, id: 0, privilegeError: 0, expected: 0);
    }

    private static void Build(World world, int vcpus, int existing, int id, LockSetRow[] rows)
    {
        VmWorld vm = new(world, vcpus, existing, callers: rows.Length);
        AddAll(world, vm, rows, id);
    }

    private static void BuildWithRunner(World world, int id, LockSetRow[] rows)
    {
        VmWorld vm = new(world, id + 1, id + 1, callers: rows.Length);
        VmLocks* locks = vm.Locks;
        locks->Kick = &Guest<ReplayAtomics>.Kick;
        vm.Vcpus->State = (uint)VcpuState.Running;
        AddAll(world, vm, rows, id);
        world.Daemon("runner", () =>
        {
            Guest<ReplayAtomics>.RunOn(locks, 0);
            return false;
        });
    }

    private static void BuildAgainstRun(World world, LockSetRow row)
    {
        VmWorld vm = new(world, 1, 1, callers: 2);
        vm.Locks->Kick = &Guest<ReplayAtomics>.Kick;
        Add(world, vm, caller: 0, row, id: 0, privilegeError: 0, expected: 0);
        RowCall call = new(vm.Locks, vm.Lines + 1, 0);
        world.Daemon("runner (RUN)", () =>
        {
            Check(LockSetRow.Run.Call(in call, 0), expected: 0);
            return false;
        });
    }

    private static void AddAll(World world, VmWorld vm, LockSetRow[] rows, int id)
    {
        for (int caller = 0; caller < rows.Length; caller++)
        {
            Add(world, vm, caller, rows[caller], id, privilegeError: 0, expected: 0);
        }
    }

    private static void Add(World world, VmWorld vm, int caller, LockSetRow row, int id, int privilegeError, int expected)
    {
        RowCall call = new(vm.Locks, vm.Lines + caller, privilegeError);
        world.Thread($"caller {caller} ({row.Name})", () => Check(row.Call(in call, id), expected));
    }

    private static void Check(int error, int expected)
    {
        if (error != expected)
        {
            throw new InvalidOperationException($"the row answered {error} instead of {expected}");
        }
    }

    private static Scenario Clean(string group, string name, Action<World> build) => new(group, name, Expectation.Clean, build);

    private static Scenario Caught(string name, ViolationKind kind, LockSetRow[] rows, string one, string other) =>
        new("rows (broken)", name, Expectation.Caught, world => Build(world, 1, 1, id: 0, [rows.Single(row => row.Name == one), rows.Single(row => row.Name == other)]))
        {
            ExpectedViolation = kind,
        };

    private static IEnumerable<(LockSetRow One, LockSetRow Other)> Pairs(LockSetRow[] rows)
    {
        for (int one = 0; one < rows.Length; one++)
        {
            for (int other = one; other < rows.Length; other++)
            {
                yield return (rows[one], rows[other]);
            }
        }
    }

    private static IEnumerable<LockSetRow[]> Triples(LockSetRow[] rows)
    {
        for (int one = 0; one < rows.Length; one++)
        {
            for (int two = one + 1; two < rows.Length; two++)
            {
                for (int three = two + 1; three < rows.Length; three++)
                {
                    yield return [rows[one], rows[two], rows[three]];
                }
            }
        }
    }
}
