using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd;

/// <summary>OpenBSD's vmm, in its revisions of early 2024 and of late 2025.</summary>
/// <remarks>
/// Written from a description of the interface, not from the engine: words, struct offsets and errno numbers are the suite's own, so that a mistake in the engine's
/// tables shows.
/// </remarks>
public static class OpenBsdSuite
{
    /// <summary>The suite.</summary>
    public static ConformanceSuite Instance { get; } = new(
        "openbsd",
        [.. Revision.All.SelectMany(revision => revision.Commands).Select(command => command.Name)],
        [
            .. EncodingCases.All, .. DeviceCases.All, .. PledgeCases.All,
            .. CreateCases.All, .. InfoCases.All, .. TerminateCases.All, .. ShareCases.All,
            .. StateCases.All, .. ResetCases.All, .. AnswerCases.All, .. InjectionCases.All, .. ExitCases.All, .. InterruptCases.All,
            .. RegisterCases.All, .. ClockCases.All, .. ProtectCases.All, .. CpuidCases.All,
        ],
        DocumentedErrors.All,
        DocumentedRules.All,
        Sections.Titles);
}
