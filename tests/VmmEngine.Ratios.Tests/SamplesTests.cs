using VmmEngine.Ratios.Measurement;
using Xunit;

namespace VmmEngine.Ratios.Tests;

public sealed class SamplesTests
{
    [Fact]
    public void TheMedianOfAnOddNumberIsTheOneInTheMiddle() => Assert.Equal(3, Samples.Median([9, 1, 3]));

    [Fact]
    public void TheMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() => Assert.Equal(2.5, Samples.Median([4, 1, 2, 3]));

    [Fact]
    public void TheMedianLeavesItsInputAlone()
    {
        double[] samples = [3, 1, 2];
        Samples.Median(samples);
        Assert.Equal([3, 1, 2], samples);
    }

    [Fact]
    public void ThereIsNoMedianOfNothing() => Assert.Throws<ArgumentException>(() => Samples.Median([]));

    [Fact]
    public void ASlowPhaseDoesNotMoveTheRatio() =>

        // The machine is ten times slower in the last two rounds, for both sides; the medians of each side alone come from different phases.
        Assert.Equal(0.5, Samples.MedianRatio([1, 5, 10, 10], [2, 10, 20, 20]));

    [Fact]
    public void TheRatioIsTheMedianOfTheRoundsAndNotTheRatioOfTheMedians() => Assert.Equal(1, Samples.MedianRatio([1, 2, 9], [1, 4, 3]));

    [Fact]
    public void ARoundHasTwoSides() => Assert.Throws<ArgumentException>(() => Samples.MedianRatio([1, 2], [1]));
}
