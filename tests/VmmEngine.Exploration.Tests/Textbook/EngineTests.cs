using Xunit.Abstractions;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Tests.Textbook;

/// <summary>The explorer's own promises: it counts right, it gives up honestly, and it notices code that it cannot judge.</summary>
public sealed unsafe class EngineTests(ITestOutputHelper output) : TextbookProgram(output)
{
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(3, 3, 20)]
    [InlineData(5, 4, 126)]
    [InlineData(20, 20, 137846528820)]
    public void IndependentStepsOfTwoThreadsCountAsBinomial(int stepsOfOne, int stepsOfOther, long schedules)
    {
        ExplorationResult result = ExploreClean(world =>
        {
            Steps(world, "one", stepsOfOne);
            Steps(world, "other", stepsOfOther);
        });

        Assert.Equal((UInt128)schedules, result.Schedules.Exact);
        Assert.Equal((stepsOfOne + 1) * (stepsOfOther + 1), result.States);
    }

    [Fact]
    public void IndependentStepsOfThreeThreadsCountAsMultinomial()
    {
        ExplorationResult result = ExploreClean(world =>
        {
            Steps(world, "one", 2);
            Steps(world, "two", 2);
            Steps(world, "three", 2);
        });

        Assert.Equal((UInt128)90, result.Schedules.Exact);
    }

    [Fact]
    public void ABufferedStoreAddsTheMomentItReachesMemory()
    {
        // Store and flush of one thread (in this order) among the other's single step: 3 positions.
        ExplorationResult result = ExploreClean(world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Thread("writer", () => A.Write(ref *x, 0));
            Steps(world, "other", 1);
        });

        Assert.Equal((UInt128)3, result.Schedules.Exact);
    }

    [Fact]
    public void MoreSchedulesThanFitAreCountedApproximately()
    {
        ExplorationResult result = ExploreClean(world =>
        {
            Steps(world, "one", 70);
            Steps(world, "two", 70);
        });

        Assert.False(result.Schedules.IsExact);
        Assert.Equal(9.38e40, result.Schedules.Approximate, 1e38);
    }

    [Fact]
    public void AReachedLimitIsInconclusiveAndNotAsExpected()
    {
        ExplorationResult result = Explore(
            world =>
            {
                Steps(world, "one", 20);
                Steps(world, "other", 20);
            },
            new ExplorationLimits(States: 100, OperationsPerStep: 100));

        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.False(result.IsAsExpected);
        Assert.False((result with { Scenario = result.Scenario with { Expected = Expectation.Caught } }).IsAsExpected);
    }

    [Fact]
    public void SpinningInsteadOfWaitingIsAFault()
    {
        ExploreViolated(ViolationKind.Fault, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Thread("spinner", () =>
            {
                while (A.Read(ref *x) == 0)
                {
                }
            });
            world.Thread("other", () => A.Exchange(ref *x, 1));
        });
    }

    [Fact]
    public void ALoopThatNeedsNobodyIsALivelock()
    {
        ExploreViolated(ViolationKind.Livelock, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.LoopingThread("looper", () => A.Exchange(ref *x, 0) == 0);
        });
    }

    [Fact]
    public void AnExceptionIsAFault()
    {
        Violation violation = ExploreViolated(ViolationKind.Fault, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Name(x, "x", restored: false);
            world.Thread("one", () =>
            {
                if (A.Exchange(ref *x, 1) == 1)
                {
                    throw new InvalidOperationException("second");
                }
            });
            world.Thread("other", () => A.Exchange(ref *x, 1));
        });

        Assert.Contains("second", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APlainWriteToSharedMemoryIsAFault()
    {
        Violation violation = ExploreViolated(ViolationKind.Fault, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Thread("one", () =>
            {
                A.Exchange(ref *x, 0);
                *x = 1;
                A.Exchange(ref *x, 0);
            });
        });

        Assert.Contains("x", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FinishingInsideAResourceIsALeftover()
    {
        ExploreViolated(ViolationKind.Leftover, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Thread("one", () =>
            {
                A.Read(ref *x);
                Observe.Enter(3);
            });
        });
    }

    [Fact]
    public void ASleeperInTheGuestIsALostKick()
    {
        ExploreViolated(ViolationKind.LostKick, world =>
        {
            uint* kick = world.Allocate<uint>("kick");
            world.Resource(0, "guest", isGuest: true);
            world.Thread("runner", () =>
            {
                A.Read(ref *kick);
                Observe.Enter(0);
                A.Wait(ref *kick, 0);
                Observe.Leave(0);
            });
        });
    }

    [Fact]
    public void ADaemonMaySleepForEverAnotherThreadMayNot()
    {
        uint* AsleepOn(World world) => world.Allocate<uint>("word");

        ExploreClean(world =>
        {
            uint* word = AsleepOn(world);
            world.Daemon("daemon", () =>
            {
                A.Wait(ref *word, 0);
                return true;
            });
        });
        ExploreViolated(ViolationKind.Deadlock, world =>
        {
            uint* word = AsleepOn(world);
            world.Thread("sleeper", () => A.Wait(ref *word, 0));
        });
    }

    [Fact]
    public void TheTraceIsAShortestSchedule()
    {
        Violation violation = ExploreViolated(ViolationKind.Leftover, world =>
        {
            uint* x = world.Allocate<uint>("x");
            world.Thread("one", () => A.Exchange(ref *x, 1));
            world.Thread("other", () =>
            {
                if (A.Read(ref *x) == 0)
                {
                    A.Exchange(ref *x, 0);
                    A.Exchange(ref *x, 0);
                }
            });
        });

        Assert.Equal(["one: exchanges x: 0x0 becomes 0x1", "other: reads x: 0x1"], violation.Trace);
    }

    [Fact]
    public void ExploringTwiceGivesTheSameNumbers()
    {
        void Build(World world)
        {
            uint* x = world.Allocate<uint>("x");
            uint* y = world.Allocate<uint>("y");
            world.Thread("one", () =>
            {
                A.Write(ref *x, 1);
                A.Write(ref *y, A.Read(ref *y) + 1);
                A.Write(ref *x, 0);
                A.Exchange(ref *y, 0);
            });
            world.Thread("other", () => A.CompareExchange(ref *x, 0, 1));
        }

        ExplorationResult first = ExploreClean(Build);
        ExplorationResult second = ExploreClean(Build);
        Assert.Equal(
            (first.States, first.Transitions, first.Schedules),
            (second.States, second.Transitions, second.Schedules));
    }

    private static void Steps(World world, string name, int count)
    {
        uint* own = world.Allocate<uint>(name);
        world.Thread(name, () =>
        {
            for (int step = 0; step < count; step++)
            {
                A.Exchange(ref *own, 0);
            }
        });
    }
}
