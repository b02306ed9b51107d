using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd;

/// <summary>FreeBSD's vmm, newest era: the control device and the device of a VM.</summary>
/// <remarks>
/// Written from a description of the interface, not from the engine: words, struct offsets, errno numbers and what precedes a handler are the suite's own, so
/// that a mistake in the engine's tables shows.
/// </remarks>
public static class FreeBsdSuite
{
    /// <summary>The suite.</summary>
    public static ConformanceSuite Instance { get; } = new(
        "freebsd",
        [.. Commands.OfControl.Concat(Commands.OfVm).Select(command => command.Name)],
        [
            .. EncodingCases.All, .. ControlOpenCases.All, .. CreateCases.All, .. DestroyCases.All, .. DispatcherCases.All,
            .. SuspendCases.All, .. ReinitCases.All, .. ActivationCases.All, .. RunCases.All, .. ExitCases.All,
            .. SegmentCases.All, .. MappingCases.All, .. HostAccessCases.All, .. TranslationCases.All,
            .. RegisterCases.All, .. DescriptorCases.All, .. EventCases.All,
            .. ApicCases.All, .. ControllerCases.All, .. ClockCases.All,
            .. StatisticsCases.All, .. SnapshotCases.All, .. PassthroughCases.All,
        ],
        DocumentedErrors.All,
        DocumentedRules.All,
        Sections.Titles);
}
