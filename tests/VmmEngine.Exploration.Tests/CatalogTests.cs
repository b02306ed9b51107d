using Xunit.Abstractions;

namespace VmmEngine.Exploration.Tests;

/// <summary>Every scenario of the catalogue shows what it is there to show.</summary>
public sealed class CatalogTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => new(ScenarioCatalog.All.Select(scenario => scenario.ToString()));

    [Theory]
    [MemberData(nameof(Names))]
    public void ScenarioShowsWhatItIsThereToShow(string name)
    {
        ExplorationResult result = Explorer.Explore(ScenarioCatalog.All.Single(scenario => scenario.ToString() == name));

        output.WriteLine($"{result.Verdict}: {result.Schedules} schedules, {result.States} states, {result.Transitions} transitions, {result.Elapsed.TotalMilliseconds:F0} ms");
        Assert.True(result.IsAsExpected, $"{result.Verdict} {result.Violation}");
    }

    [Fact]
    public void NamesAreUnique() =>
        Assert.Equal(ScenarioCatalog.All.Count, ScenarioCatalog.All.Select(scenario => scenario.ToString()).Distinct().Count());
}
