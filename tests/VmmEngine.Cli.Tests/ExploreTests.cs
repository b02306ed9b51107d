using System.Text.Json;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Exploring;
using VmmEngine.Exploration;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm explore</c>: its totals, and that a wrong outcome is neither hidden nor a success.</summary>
public sealed class ExploreTests
{
    private static readonly Scenario Clean = new("group", "two adders", Expectation.Clean, Build);
    private static readonly Scenario Caught = new("group", "a broken copy", Expectation.Caught, Build);

    [Fact]
    public void AnUnknownScenarioIsRefused() => Invocation.Of("explore", "--scenario", "no such thing").AssertIsUserError("'no such thing'");

    [Fact]
    public void ACleanRunIsAsExpected()
    {
        ExploreReport report = ExploreReport.Of([Result(Clean, Verdict.Clean), Result(Caught, Verdict.Violated)]);

        Assert.True(report.AsExpected);
        Assert.Equal(14, report.Schedules);
        Assert.Equal((0, 1, 1), (report.Violations, report.BrokenCopies, report.BrokenCopiesCaught));
    }

    [Fact]
    public void AViolationIsPrintedWithItsTrace()
    {
        ExploreReport report = ExploreReport.Of([Result(Clean, Verdict.Violated)]);

        string page = Print(report);
        Assert.False(report.AsExpected);
        Assert.Equal(1, report.Violations);
        Assert.Contains("was to be clean and is violated. Deadlock: nobody can go on", page, StringComparison.Ordinal);
        Assert.Contains("    first step", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenCopyThatNothingNoticesIsNoSuccess()
    {
        ExploreReport report = ExploreReport.Of([Result(Caught, Verdict.Clean)]);

        Assert.False(report.AsExpected);
        Assert.Equal("missed", report.Scenarios[0].Outcome);
        Assert.Contains("broken copies caught: 0 of 1", Print(report), StringComparison.Ordinal);
    }

    [Fact]
    public void AnInconclusiveScenarioIsNoSuccess()
    {
        ExploreReport report = ExploreReport.Of([Result(Clean, Verdict.Inconclusive)]);

        Assert.False(report.AsExpected);
        Assert.Contains("1 inconclusive", Print(report), StringComparison.Ordinal);
    }

    [Fact]
    public void OneScenarioRunsOnItsOwn()
    {
        Scenario scenario = ScenarioCatalog.All.First(scenario => scenario.Expected == Expectation.Clean);

        Invocation run = Invocation.Of("explore", "--scenario", scenario.Name, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        JsonElement only = Assert.Single(run.Json.GetProperty("scenarios").EnumerateArray());
        Assert.Equal(scenario.Name, only.GetProperty("name").GetString());
        Assert.Equal("clean", only.GetProperty("outcome").GetString());
        Assert.True(run.Json.GetProperty("schedules").GetDouble() >= 1);
        Assert.Equal(0, run.Json.GetProperty("violations").GetInt32());
    }

    private static ExplorationResult Result(Scenario scenario, Verdict verdict) => new(
        scenario, verdict, 3, 5, new ScheduleCount(7, 7),
        verdict == Verdict.Violated ? new Violation(ViolationKind.Deadlock, "nobody can go on", ["first step", "second step"]) : null,
        TimeSpan.FromMilliseconds(2));

    private static string Print(ExploreReport report)
    {
        using StringWriter output = new();
        ExplorePage.Print(new Terminal(output, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false), report);
        return output.ToString();
    }

    private static void Build(World world) => throw new InvalidOperationException("These results were made by hand.");
}
