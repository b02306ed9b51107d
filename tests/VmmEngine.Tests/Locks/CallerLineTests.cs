using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class CallerLineTests
{
    private readonly VmLockMemory _memory = new(1);

    [Fact]
    public void AReturnedLineIsRentedAgain()
    {
        CallerLine* line = _memory.RentLine();
        LockMemory.ReturnLine(line);

        Assert.True(line == _memory.RentLine());
    }

    [Fact]
    public void TwoCallersNeverShareALine()
    {
        CallerLine* first = _memory.RentLine();
        CallerLine* second = _memory.RentLine();

        Assert.True(first != second);
        Assert.Equal(2, LockAssert.RentedLines(_memory.Locks->Lines));
    }

    [Fact]
    public void ALineIsALinePairOfItsOwn()
    {
        Assert.Equal(128, sizeof(CallerLine));
        Assert.Equal(0ul, (ulong)_memory.RentLine() % 128);
    }

    [Fact]
    public void ThereAreNoMoreLinesThanCallersThatWereInsideAtOnce()
    {
        const int Threads = 3;
        int inside = 0;
        int most = 0;

        void Body()
        {
            for (int round = 0; round < 5_000; round++)
            {
                int now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                CallerLine* line = _memory.RentLine();
                Assert.Equal(0u, Interlocked.Exchange(ref line->Gate, 1));
                line->Gate = 0;
                LockMemory.ReturnLine(line);
                Interlocked.Decrement(ref inside);
            }
        }

        Background.RunAll([.. Enumerable.Repeat<Action>(Body, Threads)]);

        Assert.Equal(0, LockAssert.RentedLines(_memory.Locks->Lines));
        Assert.InRange(CountLines(), 1, most);
    }

    private int CountLines()
    {
        int count = 0;
        for (CallerLine* line = (CallerLine*)_memory.Locks->Lines.First; line != null; line = (CallerLine*)line->Next)
        {
            count++;
        }

        return count;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (seen < value)
        {
            int found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
