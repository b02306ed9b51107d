using Xunit.Abstractions;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Tests.Textbook;

/// <summary>Old ways to keep two threads apart, right and wrong.</summary>
public sealed unsafe class MutualExclusionTests(ITestOutputHelper output) : TextbookProgram(output)
{
    private const int Section = 0;

    [Fact]
    public void PetersonNeedsItsFence() => ExploreViolated(ViolationKind.TwoHolders, world => Peterson(world, fenced: false));

    [Fact]
    public void PetersonWithFenceExcludes() => ExploreClean(world => Peterson(world, fenced: true));

    [Fact]
    public void CompareExchangeMutexExcludes()
    {
        ExploreClean(world =>
        {
            uint* mutex = world.Allocate<uint>("mutex");
            foreach (string name in (string[])["one", "two", "three"])
            {
                world.Thread(name, () => InsideMutex(mutex, () =>
                {
                    Observe.Enter(Section);
                    Observe.Leave(Section);
                }));
            }
        });
    }

    [Fact]
    public void TestThenSetDoesNotExclude()
    {
        ExploreViolated(ViolationKind.TwoHolders, world =>
        {
            uint* mutex = world.Allocate<uint>("mutex");
            foreach (string name in (string[])["one", "two"])
            {
                world.Thread(name, () =>
                {
                    if (A.Read(ref *mutex) == 0)
                    {
                        A.Exchange(ref *mutex, 1);
                        Observe.Enter(Section);
                        Observe.Leave(Section);
                        A.Write(ref *mutex, 0);
                    }
                });
            }
        });
    }

    [Fact]
    public void WakingBeforeReleasingLosesTheWakeUp()
    {
        Violation violation = ExploreViolated(ViolationKind.Deadlock, world =>
        {
            uint* mutex = world.Allocate<uint>("mutex");
            foreach (string name in (string[])["one", "two"])
            {
                world.Thread(name, () =>
                {
                    while (A.CompareExchange(ref *mutex, 1, 0) != 0)
                    {
                        A.Wait(ref *mutex, 1);
                    }

                    A.Wake(ref *mutex);
                    A.Write(ref *mutex, 0);
                });
            }
        });

        Assert.Contains("sleeps on mutex", string.Join('\n', violation.Trace), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoMutexesTakenInOppositeOrderDeadlock() =>
        ExploreViolated(ViolationKind.Deadlock, world => TwoMutexes(world, opposite: true));

    [Fact]
    public void TwoMutexesTakenInOneOrderDoNot() => ExploreClean(world => TwoMutexes(world, opposite: false));

    [Fact]
    public void AForgottenReleaseIsALeftover()
    {
        ExploreViolated(ViolationKind.Leftover, world =>
        {
            uint* mutex = world.Allocate<uint>("mutex");
            world.Thread("one", () => A.CompareExchange(ref *mutex, 1, 0));
        });
    }

    [Fact]
    public void AReaderAndAWriterConflictTwoReadersDoNot()
    {
        ExploreClean(world => TwoInside(world, HoldMode.Shared, HoldMode.Shared));
        ExploreViolated(ViolationKind.TwoHolders, world => TwoInside(world, HoldMode.Shared, HoldMode.Exclusive));
    }

    private static void TwoInside(World world, HoldMode one, HoldMode other)
    {
        uint* word = world.Allocate<uint>("word");
        foreach (HoldMode mode in (HoldMode[])[one, other])
        {
            world.Thread(mode.ToString(), () =>
            {
                A.Read(ref *word);
                Observe.Enter(Section, mode);
                Observe.Leave(Section, mode);
                A.Read(ref *word);
            });
        }
    }

    private static void Peterson(World world, bool fenced)
    {
        uint* interested = world.AllocateArray<uint>("interested", 2);
        uint* turn = world.Allocate<uint>("turn");
        uint* fence = world.Allocate<uint>("fence");
        world.Name(turn, "turn", restored: false);
        world.Name(fence, "fence", restored: false);
        for (uint index = 0; index < 2; index++)
        {
            uint own = index;
            uint other = 1 - index;
            world.Thread($"thread {own}", () =>
            {
                A.Write(ref interested[own], 1);
                A.Write(ref *turn, other);
                if (fenced)
                {
                    A.Exchange(ref *fence, 1);
                }

                // Gives up instead of spinning: whoever may enter does.
                if (A.Read(ref interested[other]) == 0 || A.Read(ref *turn) == own)
                {
                    Observe.Enter(Section);
                    Observe.Leave(Section);
                }

                A.Write(ref interested[own], 0);
            });
        }
    }

    private static void TwoMutexes(World world, bool opposite)
    {
        uint* first = world.Allocate<uint>("first");
        uint* second = world.Allocate<uint>("second");
        world.Thread("one", () => InsideMutex(first, () => InsideMutex(second, () => { })));
        world.Thread("other", () => InsideMutex(opposite ? second : first, () => InsideMutex(opposite ? first : second, () => { })));
    }

    private static void InsideMutex(uint* mutex, Action body)
    {
        while (A.CompareExchange(ref *mutex, 1, 0) != 0)
        {
            A.Wait(ref *mutex, 1);
        }

        body();
        A.Exchange(ref *mutex, 0);
        A.Wake(ref *mutex);
    }
}
