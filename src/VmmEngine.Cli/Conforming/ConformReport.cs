using VmmEngine.Conformance.Cases;

namespace VmmEngine.Cli.Conforming;

/// <summary>What one case found.</summary>
/// <param name="Name">The fact.</param>
/// <param name="Commands">The commands that it is about.</param>
/// <param name="Section">The part of the interface's behaviour, as a number with a title.</param>
/// <param name="Why">What a client relies on.</param>
/// <param name="Outcome">passed, failed or skipped.</param>
/// <param name="What">What was looked at; null unless it failed.</param>
/// <param name="Expected">What should have been there; null unless it failed.</param>
/// <param name="Seen">What was there; null unless it failed.</param>
/// <param name="Reason">Why it was skipped; null unless it was.</param>
/// <param name="Milliseconds">Wall-clock time.</param>
internal sealed record ConformResult(
    string Name, IReadOnlyList<string> Commands, string Section, string Why, string Outcome, string? What, string? Expected, string? Seen, string? Reason, long Milliseconds)
{
    public static ConformResult Of(ConformanceSuite suite, CaseResult result) => new(
        result.Case.Name, result.Case.Commands, suite.TitleOf(result.Case.Section), result.Case.Why,
        result.Outcome switch { CaseOutcome.Passed => "passed", CaseOutcome.Failed => "failed", _ => "skipped" },
        result.What, result.Expected, result.Seen, result.Reason, (long)result.Elapsed.TotalMilliseconds);
}

/// <summary>What a run found.</summary>
/// <param name="Interface">Whose interface.</param>
/// <param name="Backend">What executed the guests.</param>
/// <param name="Commands">Commands that the cases were about.</param>
/// <param name="Cases">Cases.</param>
/// <param name="Passed">Facts that hold.</param>
/// <param name="Failed">Facts that do not.</param>
/// <param name="Skipped">Facts that could not be found out here.</param>
/// <param name="Results">Each case.</param>
internal sealed record ConformReport(
    string Interface, string Backend, int Commands, int Cases, int Passed, int Failed, int Skipped, IReadOnlyList<ConformResult> Results)
{
    public static ConformReport Of(ConformanceSuite suite, string backend, IReadOnlyList<CaseResult> results) => new(
        suite.Interface,
        backend,
        results.SelectMany(result => result.Case.Commands).Distinct().Count(),
        results.Count,
        results.Count(result => result.Outcome == CaseOutcome.Passed),
        results.Count(result => result.Outcome == CaseOutcome.Failed),
        results.Count(result => result.Outcome == CaseOutcome.Skipped),
        [.. results.Select(result => ConformResult.Of(suite, result))]);
}
