using VmmEngine.Exploration;

namespace VmmEngine.Cli.Exploring;

/// <summary>What one scenario showed.</summary>
/// <param name="Group">The protocol that it belongs to.</param>
/// <param name="Name">The fact shown.</param>
/// <param name="Expected">What it is there to show: clean or caught.</param>
/// <param name="Outcome">What it showed: clean, caught, violated, missed (a broken copy that nothing noticed, or not as expected), inconclusive.</param>
/// <param name="AsExpected">Whether that is what it is there for.</param>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Transitions followed.</param>
/// <param name="Schedules">Complete schedules; rounded beyond 2^53.</param>
/// <param name="Milliseconds">Wall-clock time.</param>
/// <param name="Violation">What was broken; null if nothing was.</param>
/// <param name="Trace">A schedule that breaks it, one line a step; empty if nothing was broken.</param>
internal sealed record ScenarioReport(
    string Group, string Name, string Expected, string Outcome, bool AsExpected, int States, long Transitions, double Schedules,
    long Milliseconds, string? Violation, IReadOnlyList<string> Trace)
{
    public static ScenarioReport Of(ExplorationResult result) => new(
        result.Scenario.Group,
        result.Scenario.Name,
        result.Scenario.Expected == Expectation.Clean ? "clean" : "caught",
        Describe(result),
        result.IsAsExpected,
        result.States,
        result.Transitions,
        result.Schedules.Approximate,
        (long)result.Elapsed.TotalMilliseconds,
        result.Violation is { } violation ? $"{violation.Kind}: {violation.Message}" : null,
        result.Violation?.Trace ?? []);

    private static string Describe(ExplorationResult result) => result switch
    {
        { Verdict: Verdict.Inconclusive } => "inconclusive",
        { Scenario.Expected: Expectation.Clean } => result.IsAsExpected ? "clean" : "violated",
        _ => result.IsAsExpected ? "caught" : "missed",
    };
}

/// <summary>What an exploration of many scenarios showed.</summary>
/// <param name="AsExpected">Whether every scenario showed what it is there for.</param>
/// <param name="Schedules">Schedules tried, as their number.</param>
/// <param name="SchedulesText">The same for people: exact while it fits.</param>
/// <param name="Violations">Broken promises where none was expected.</param>
/// <param name="BrokenCopies">Deliberately broken copies tried.</param>
/// <param name="BrokenCopiesCaught">How many of them were caught, as the expected kind of violation.</param>
/// <param name="Inconclusive">Scenarios that reached a limit first.</param>
/// <param name="Scenarios">Each scenario.</param>
internal sealed record ExploreReport(
    bool AsExpected, double Schedules, string SchedulesText, int Violations, int BrokenCopies, int BrokenCopiesCaught, int Inconclusive,
    IReadOnlyList<ScenarioReport> Scenarios)
{
    public static ExploreReport Of(IReadOnlyList<ExplorationResult> results)
    {
        ScheduleCount schedules = results.Aggregate(default(ScheduleCount), (sum, result) => sum + result.Schedules);
        ExplorationResult[] broken = [.. results.Where(result => result.Scenario.Expected == Expectation.Caught)];
        return new ExploreReport(
            results.All(result => result.IsAsExpected),
            schedules.Approximate,
            schedules.ToString(),
            results.Count(result => result.Scenario.Expected == Expectation.Clean && result.Verdict == Verdict.Violated),
            broken.Length,
            broken.Count(result => result.IsAsExpected),
            results.Count(result => result.Verdict == Verdict.Inconclusive),
            [.. results.Select(ScenarioReport.Of)]);
    }
}
