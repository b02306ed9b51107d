namespace VmmEngine.Exploration;

/// <summary>How an exploration ended.</summary>
public enum Verdict
{
    /// <summary>Every schedule was tried and none broke a promise.</summary>
    Clean,

    /// <summary>A schedule broke a promise.</summary>
    Violated,

    /// <summary>A limit was reached first: nothing has been shown.</summary>
    Inconclusive,
}

/// <summary>What an exploration found.</summary>
/// <param name="Scenario">What was explored.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="States">Distinct states reached.</param>
/// <param name="Transitions">Transitions followed.</param>
/// <param name="Schedules">Complete schedules: all there are when clean, else those completed before the search stopped.</param>
/// <param name="Violation">What was broken, when something was.</param>
/// <param name="Elapsed">Wall-clock time.</param>
public sealed record ExplorationResult(
    Scenario Scenario, Verdict Verdict, int States, long Transitions, ScheduleCount Schedules, Violation? Violation, TimeSpan Elapsed)
{
    /// <summary>Whether the scenario showed what it is there to show.</summary>
    public bool IsAsExpected => Scenario.Expected == Expectation.Clean
        ? Verdict == Verdict.Clean
        : Verdict == Verdict.Violated && (Scenario.ExpectedViolation is not ViolationKind kind || Violation?.Kind == kind);
}
