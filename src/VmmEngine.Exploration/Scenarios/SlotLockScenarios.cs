using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>The reader-writer lock whose readers use no atomic read-modify-write, as memory map and as gate.</summary>
internal static unsafe class SlotLockScenarios
{
    private const string Group = "slot lock";

    public static IEnumerable<Scenario> All()
    {
        yield return new(Group, "reader and writer, two rounds each", Expectation.Clean, world => Build<ReplayAtomics>(world, readers: 1, writers: 1, rounds: 2));
        yield return new(Group, "two readers and a writer", Expectation.Clean, world => Build<ReplayAtomics>(world, readers: 2, writers: 1, rounds: 1));
        yield return new(Group, "reader and two writers", Expectation.Clean, world => Build<ReplayAtomics>(world, readers: 1, writers: 2, rounds: 1));
        yield return new(Group, "three writers", Expectation.Clean, world => Build<ReplayAtomics>(world, readers: 0, writers: 3, rounds: 1));
        yield return new(Group, "a line published while a writer enters", Expectation.Clean, BuildNewLine<ReplayAtomics>);
        yield return new(Group, "a gate closed while two callers enter", Expectation.Clean, world => BuildGate<ReplayAtomics>(world, callers: 2));
    }

    public static void Build<TAtomics>(World world, int readers, int writers, int rounds)
        where TAtomics : struct, IAtomics
    {
        VmWorld vm = new(world, vcpus: 0, existing: 0, callers: readers);
        VmLocks* locks = vm.Locks;
        for (int reader = 0; reader < readers; reader++)
        {
            CallerLine* line = vm.Lines + reader;
            world.Thread($"reader {reader}", [.. Enumerable.Repeat(() => Read<TAtomics>(locks, line), rounds)]);
        }

        for (int writer = 0; writer < writers; writer++)
        {
            world.Thread($"writer {writer}", [.. Enumerable.Repeat(() => Write<TAtomics>(locks), rounds)]);
        }
    }

    /// <summary>A caller whose line the writer may not have seen yet.</summary>
    private static void BuildNewLine<TAtomics>(World world)
        where TAtomics : struct, IAtomics
    {
        VmWorld vm = new(world, vcpus: 0, existing: 0, callers: 2);
        VmLocks* locks = vm.Locks;
        CallerLine* known = vm.Lines;
        CallerLine* added = vm.Lines + 1;
        locks->Lines.First = (nuint)known;
        world.Thread("known reader", () => Read<TAtomics>(locks, known));
        world.Thread("new reader", () => Publish<TAtomics>(locks, added), () => Read<TAtomics>(locks, added));
        world.Thread("writer", () => Write<TAtomics>(locks));
    }

    /// <summary>Callers come and go twice; the closer waits for those inside and lets nobody in afterwards.</summary>
    public static void BuildGate<TAtomics>(World world, int callers)
        where TAtomics : struct, IAtomics
    {
        VmWorld vm = new(world, vcpus: 0, existing: 0, callers);
        VmLocks* locks = vm.Locks;
        world.Name(&locks->Gate.Writer.Word, "gate.writer", restored: false);
        for (int caller = 0; caller < callers; caller++)
        {
            CallerLine* line = vm.Lines + caller;
            Action call = () => Call<TAtomics>(locks, line);
            world.Thread($"caller {caller}", call, call);
        }

        world.Thread("destroyer", () =>
        {
            SlotLocks<TAtomics>.EnterExclusive(ref locks->Gate);
            Observe.Enter(Resources.Gate);
            TAtomics.Read(ref locks->CreationForbidden); // the VM's memory goes: nobody may be inside from here on
            Observe.Leave(Resources.Gate);
        });
        world.AtEnd(memory => memory[&locks->Gate.Writer.Word] == 0 ? "the gate is open again" : null);
    }

    private static void Publish<TAtomics>(VmLocks* locks, CallerLine* line)
        where TAtomics : struct, IAtomics => CallerLines<TAtomics>.Publish(ref locks->Lines, line);

    private static void Read<TAtomics>(VmLocks* locks, CallerLine* line)
        where TAtomics : struct, IAtomics
    {
        SlotLocks<TAtomics>.EnterShared(ref locks->MemoryMap, ref line->MemoryMap);
        Observe.Enter(Resources.MemoryMap, HoldMode.Shared);
        Observe.Leave(Resources.MemoryMap, HoldMode.Shared);
        SlotLocks<TAtomics>.ExitShared(ref locks->MemoryMap, ref line->MemoryMap);
    }

    private static void Write<TAtomics>(VmLocks* locks)
        where TAtomics : struct, IAtomics
    {
        SlotLocks<TAtomics>.EnterExclusive(ref locks->MemoryMap);
        Observe.Enter(Resources.MemoryMap);
        Observe.Leave(Resources.MemoryMap);
        SlotLocks<TAtomics>.ExitExclusive(ref locks->MemoryMap);
    }

    private static void Call<TAtomics>(VmLocks* locks, CallerLine* line)
        where TAtomics : struct, IAtomics
    {
        if (SlotLocks<TAtomics>.TryEnterShared(ref locks->Gate, ref line->Gate))
        {
            Observe.Enter(Resources.Gate, HoldMode.Shared);
            Observe.Leave(Resources.Gate, HoldMode.Shared);
            SlotLocks<TAtomics>.ExitShared(ref locks->Gate, ref line->Gate);
        }
    }
}
