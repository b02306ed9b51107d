namespace VmmEngine.Exploration;

/// <summary>Where an exploration gives up. Giving up is never a pass.</summary>
/// <param name="States">Most distinct states.</param>
/// <param name="OperationsPerStep">Most accesses in one run of a step; more counts as a fault, since code that waits must sleep.</param>
public sealed record ExplorationLimits(int States, int OperationsPerStep)
{
    /// <summary>20 million states and 500 accesses.</summary>
    public static ExplorationLimits Default { get; } = new(20_000_000, 500);
}
