using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>The exclusive lock.</summary>
internal static unsafe class WordLockScenarios
{
    private const string Group = "word lock";

    public static IEnumerable<Scenario> All()
    {
        yield return new(Group, "two threads, two rounds each", Expectation.Clean, world => Build<ReplayAtomics>(world, threads: 2, rounds: 2));
        yield return new(Group, "three threads", Expectation.Clean, world => Build<ReplayAtomics>(world, threads: 3, rounds: 1));
    }

    public static void Build<TAtomics>(World world, int threads, int rounds)
        where TAtomics : struct, IAtomics
    {
        WordLock* wordLock = world.Allocate<WordLock>("lock");
        world.Name(&wordLock->Word, "lock.word");
        world.Name(&wordLock->Waiters, "lock.waiters");
        world.Resource(Resources.Creation, "the lock");
        for (int thread = 0; thread < threads; thread++)
        {
            world.Thread($"thread {thread}", [.. Enumerable.Repeat(Round, rounds)]);
        }

        void Round()
        {
            WordLocks<TAtomics>.Enter(ref *wordLock);
            Observe.Enter(Resources.Creation);
            Observe.Leave(Resources.Creation);
            WordLocks<TAtomics>.Exit(ref *wordLock);
        }
    }
}
