namespace VmmEngine.Conformance.Cases;

/// <summary>How a case ended.</summary>
public enum CaseOutcome
{
    /// <summary>The fact holds.</summary>
    Passed,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>It cannot be found out here.</summary>
    Skipped,
}

/// <summary>What a case found.</summary>
/// <param name="Case">The case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="What">What was looked at, if it failed.</param>
/// <param name="Expected">What should have been there, if it failed.</param>
/// <param name="Seen">What was there, if it failed.</param>
/// <param name="Reason">Why it was skipped.</param>
/// <param name="Elapsed">Wall-clock time.</param>
public sealed record CaseResult(
    ConformanceCase Case, CaseOutcome Outcome, string? What, string? Expected, string? Seen, string? Reason, TimeSpan Elapsed);
