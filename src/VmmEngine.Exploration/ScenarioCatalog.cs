using VmmEngine.Exploration.Broken;
using VmmEngine.Exploration.Rows;
using VmmEngine.Exploration.Scenarios;

namespace VmmEngine.Exploration;

/// <summary>Every scenario of the project: the protocols, and the broken copies that must be caught.</summary>
public static class ScenarioCatalog
{
    /// <summary>All scenarios, grouped by protocol.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. WordLockScenarios.All(),
        .. SlotLockScenarios.All(),
        .. VcpuScenarios.All(),
        .. DestructionScenarios.All(),
        .. RowScenarios.All(),
        .. DeviceRowScenarios.All(),
        .. WaitSetScenarios.All(),
        .. WeakenedLockScenarios.All(),
        .. BrokenProtocolScenarios.All(),
    ];
}
