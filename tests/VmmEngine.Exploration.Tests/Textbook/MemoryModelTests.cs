using Xunit.Abstractions;
using A = VmmEngine.Exploration.ReplayAtomics;

namespace VmmEngine.Exploration.Tests.Textbook;

/// <summary>Litmus tests: what two, three and four processors can and cannot see of each other's stores.</summary>
public sealed unsafe class MemoryModelTests(ITestOutputHelper output) : TextbookProgram(output)
{
    [Fact]
    public void StoreBufferingIsSeenWithoutFence() =>
        ExploreViolated(ViolationKind.WrongEnd, world => StoreBuffering(world, () => { }, () => { }));

    [Fact]
    public void StoreBufferingIsSeenWithOneFenceOnly()
    {
        ExploreViolated(ViolationKind.WrongEnd, world =>
        {
            uint* fence = Scratch(world, "fence");
            StoreBuffering(world, () => A.Exchange(ref *fence, 1), () => { });
        });
    }

    [Fact]
    public void StoreBufferingIsForbiddenByTwoFences()
    {
        ExploreClean(world =>
        {
            uint* fence = Scratch(world, "fence");
            StoreBuffering(world, () => A.Exchange(ref *fence, 1), () => A.Exchange(ref *fence, 1));
        });
    }

    [Fact]
    public void StoreBufferingIsForbiddenByOneProcessWideBarrier() =>
        ExploreClean(world => StoreBuffering(world, A.BarrierProcessWide, () => { }));

    [Fact]
    public void MessagePassingIsNeverSeenOutOfOrder()
    {
        ExploreClean(world =>
        {
            uint* data = Scratch(world, "data");
            uint* flag = Scratch(world, "flag");
            uint* sawFlag = Scratch(world, "saw flag");
            uint* sawData = Scratch(world, "saw data");
            world.Thread("sender", () =>
            {
                A.Write(ref *data, 1);
                A.Write(ref *flag, 1);
            });
            world.Thread("receiver", () =>
            {
                Observe.Record(ref *sawFlag, A.Read(ref *flag));
                Observe.Record(ref *sawData, A.Read(ref *data));
            });
            world.AtEnd(memory => memory[sawFlag] == 1 && memory[sawData] == 0 ? "the flag came before the data" : null);
        });
    }

    [Fact]
    public void LoadBufferingIsForbidden()
    {
        ExploreClean(world =>
        {
            uint* x = Scratch(world, "x");
            uint* y = Scratch(world, "y");
            uint* sawX = Scratch(world, "saw x");
            uint* sawY = Scratch(world, "saw y");
            world.Thread("one", () =>
            {
                Observe.Record(ref *sawX, A.Read(ref *x));
                A.Write(ref *y, 1);
            });
            world.Thread("other", () =>
            {
                Observe.Record(ref *sawY, A.Read(ref *y));
                A.Write(ref *x, 1);
            });
            world.AtEnd(memory => memory[sawX] == 1 && memory[sawY] == 1 ? "both loads saw a later store" : null);
        });
    }

    [Fact]
    public void IndependentReadersAgreeOnTheOrderOfIndependentWrites()
    {
        ExploreClean(world =>
        {
            uint* x = Scratch(world, "x");
            uint* y = Scratch(world, "y");
            uint* saw = world.AllocateArray<uint>("saw", 4);
            for (int index = 0; index < 4; index++)
            {
                world.Name(saw + index, $"saw[{index}]", restored: false);
            }

            world.Thread("writer of x", () => A.Write(ref *x, 1));
            world.Thread("writer of y", () => A.Write(ref *y, 1));
            world.Thread("reader of x, y", () =>
            {
                Observe.Record(ref saw[0], A.Read(ref *x));
                Observe.Record(ref saw[1], A.Read(ref *y));
            });
            world.Thread("reader of y, x", () =>
            {
                Observe.Record(ref saw[2], A.Read(ref *y));
                Observe.Record(ref saw[3], A.Read(ref *x));
            });
            world.AtEnd(memory => memory[saw] == 1 && memory[saw + 1] == 0 && memory[saw + 2] == 1 && memory[saw + 3] == 0
                ? "the readers disagree"
                : null);
        });
    }

    [Fact]
    public void AThreadSeesItsOwnBufferedStore()
    {
        ExploreClean(world =>
        {
            uint* x = Scratch(world, "x");
            uint* saw = Scratch(world, "saw");
            world.Thread("one", () =>
            {
                A.Write(ref *x, 1);
                A.Write(ref *x, 2);
                Observe.Record(ref *saw, A.Read(ref *x));
            });
            world.AtEnd(memory => memory[saw] == 2 ? null : $"saw {memory[saw]}");
        });
    }

    [Fact]
    public void ABarrierLetsThreadsPassOneAfterAnother()
    {
        // The observer reads y = 1, which "second" stored after having missed x; an instantaneous drain would then have to show x as well.
        ExploreViolated(ViolationKind.WrongEnd, world =>
        {
            uint* begun = Scratch(world, "begun");
            uint* w = Scratch(world, "w");
            uint* b = Scratch(world, "b");
            uint* sawBegun = Scratch(world, "saw begun");
            uint* sawB = Scratch(world, "saw b");
            uint* sawW = Scratch(world, "saw w");
            world.Thread("barrier", () =>
            {
                A.Exchange(ref *begun, 1);
                A.BarrierProcessWide();
                Observe.Record(ref *sawW, A.Read(ref *w));
            });
            world.Thread("first", () =>
            {
                A.Write(ref *w, 1);
                Observe.Record(ref *sawB, A.Read(ref *b) == 0 ? 1u : 0);
            });
            world.Thread("second", () =>
            {
                A.Write(ref *b, 1);
                Observe.Record(ref *sawBegun, A.Read(ref *begun) == 0 ? 1u : 0);
            });
            world.AtEnd(memory => memory[sawBegun] == 1 && memory[sawB] == 1 && memory[sawW] == 0 ? "the threads passed at different moments" : null);
        });
    }

    private static void StoreBuffering(World world, Action fenceOfOne, Action fenceOfOther)
    {
        uint* x = Scratch(world, "x");
        uint* y = Scratch(world, "y");
        uint* sawX = Scratch(world, "saw x");
        uint* sawY = Scratch(world, "saw y");
        world.Thread("one", () =>
        {
            A.Write(ref *x, 1);
            fenceOfOne();
            Observe.Record(ref *sawY, A.Read(ref *y));
        });
        world.Thread("other", () =>
        {
            A.Write(ref *y, 1);
            fenceOfOther();
            Observe.Record(ref *sawX, A.Read(ref *x));
        });
        world.AtEnd(memory => memory[sawX] == 0 && memory[sawY] == 0 ? "both loads passed the stores before them" : null);
    }

    private static uint* Scratch(World world, string name)
    {
        uint* word = world.Allocate<uint>(name);
        world.Name(word, name, restored: false);
        return word;
    }
}
