using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Reference counts alone; the schedule explorer tries their interleavings.</summary>
public sealed class ReferenceCountTests
{
    private readonly ReferenceCount[] _count = GC.AllocateArray<ReferenceCount>(1, pinned: true);

    public ReferenceCountTests() => ReferenceCounts<ProcessorAtomics>.Start(ref _count[0]);

    [Fact]
    public void OneCallerAloneEndsIt()
    {
        Assert.True(ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref _count[0]));
        Assert.False(ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref _count[0]));
    }

    [Fact]
    public void TheEnderWaitsForEverybodyElse()
    {
        ReferenceCounts<ProcessorAtomics>.Take(ref _count[0]);
        ReferenceCounts<ProcessorAtomics>.Take(ref _count[0]);
        Assert.True(ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref _count[0]));
        Task<int> end = Task.Run(() =>
        {
            ReferenceCounts<ProcessorAtomics>.AwaitLast(ref _count[0]);
            return 0;
        });

        ReferenceCounts<ProcessorAtomics>.Release(ref _count[0]);
        Thread.Sleep(20);
        Assert.False(end.IsCompleted);

        ReferenceCounts<ProcessorAtomics>.Release(ref _count[0]);
        Eventually.Result(end);
    }
}
