using VmmEngine.Exploration.Broken;
using VmmEngine.Exploration.Rows;
using VmmEngine.Exploration.Scenarios;

namespace VmmEngine.Exploration;

/// <summary>Every scenario of the project: the protocols, and the broken copies that must be caught.</summary>
public static class ScenarioCatalog
{
    /// <summary>The group of <see cref="Large"/>.</summary>
    public const string LargeGroup = "large worlds";

    /// <summary>Scenarios that take minutes and gigabytes, for who asks for them by name.</summary>
    public static IReadOnlyList<Scenario> Large { get; } = [.. RowScenarios.Large()];

    /// <summary>All others, grouped by protocol.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. WordLockScenarios.All(),
        .. SlotLockScenarios.All(),
        .. VcpuScenarios.All(),
        .. EventScenarios.All(),
        .. DestructionScenarios.All(),
        .. SuspendScenarios.All(),
        .. RowScenarios.All(),
        .. DeviceRowScenarios.All(),
        .. WaitSetScenarios.All(),
        .. WeakenedLockScenarios.All(),
        .. BrokenProtocolScenarios.All(),
        .. BrokenSuspendScenarios.All(),
    ];
}
