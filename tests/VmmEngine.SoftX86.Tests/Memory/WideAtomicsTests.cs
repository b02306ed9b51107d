using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86.Tests.Memory;

public sealed unsafe class WideAtomicsTests : IDisposable
{
    private readonly ulong* _target = (ulong*)NativeMemory.AlignedAlloc(16, 16);

    [Fact]
    public void AnExchangeHappensOnlyIfBothHalvesAreExpected()
    {
        ulong* expected = stackalloc ulong[2] { 1, 2 };
        (_target[0], _target[1]) = (1, 3);
        Assert.False(WideAtomics.CompareExchange(_target, expected, 7, 8));
        Assert.Equal((1ul, 3ul), (expected[0], expected[1]));
        Assert.Equal((1ul, 3ul), (_target[0], _target[1]));
        Assert.True(WideAtomics.CompareExchange(_target, expected, 7, 8));
        Assert.Equal((7ul, 8ul), (_target[0], _target[1]));
    }

    [AtomicWideFact]
    public void ThreadsLoseNoIncrement()
    {
        const int threads = 4, each = 50_000;
        (_target[0], _target[1]) = (0, ulong.MaxValue);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            ulong* seen = stackalloc ulong[2] { 0, 0 };
            for (int i = 0; i < each; i++)
            {
                while (!WideAtomics.CompareExchange(_target, seen, seen[0] + 1, seen[1] - 1))
                {
                }

                seen[0]++;
                seen[1]--;
            }
        });
        Assert.Equal(((ulong)threads * each, ulong.MaxValue - ((ulong)threads * each)), (_target[0], _target[1]));
    }

    public void Dispose() => NativeMemory.AlignedFree(_target);
}
