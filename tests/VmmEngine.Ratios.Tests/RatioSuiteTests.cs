using Xunit;

namespace VmmEngine.Ratios.Tests;

public sealed class RatioSuiteTests
{
    private static readonly RatioOptions Shortest = new(Rounds: 3, WarmUpPhases: 0, Kicks: 100);

    [Fact]
    public void EveryRowOfTheSpeedTableIsThereInItsOrder() =>
        Assert.Equal(
            [0.22, 0.44, 0.10, 0.55, 0.50, 0.23, 0.07, 0.48, 0.43, 0.43, 0.42, 0.36, 1.30, 1.20, 1.12, 0.63, 1.01, 1.04, 0.05, 1, 1, 0, 1 / 0.55, 0.25, 1, 1, 1, 1, 0, 0.1, 0.1, 0.1, 1, 1, 1, 1, 1, 0.25, 0.25, 1.03, 1.5, 1, 1],
            RatioSuite.All.Where(benchmark => !benchmark.Name.StartsWith("entered-", StringComparison.Ordinal)).Select(benchmark => benchmark.Target));

    [Fact]
    public void NamesAreDistinct() => Assert.Distinct(RatioSuite.All.Select(benchmark => benchmark.Name));

    [Fact]
    public void AnUnknownNameIsNamedTogetherWithTheKnownOnes()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => RatioSuite.Run(["dispatch"], Shortest));

        Assert.Contains("dispatch-random", exception.Message, StringComparison.Ordinal);
    }

    // Before a row is measured, both sides run the same batch and have to answer alike: a disagreement would throw here.
    [Fact]
    public void EveryRowRunsAndBothSidesAgree()
    {
        IReadOnlyList<RatioResult> results = RatioSuite.Run([], Shortest);

        Assert.Equal(RatioSuite.All.Select(benchmark => benchmark.Name), results.Select(result => result.Name));
        Assert.All(results, result => Assert.True(result.OursNs >= 0 || result.Note!.StartsWith("skipped: ", StringComparison.Ordinal)));
    }
}
