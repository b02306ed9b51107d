namespace VmmEngine.Machines;

/// <summary>When to stop a run that does not end by itself.</summary>
/// <param name="Timeout">Wall-clock time; null: none.</param>
/// <param name="MaxExits">Exits of all vCPUs together; null: no limit. Noticed within a slice.</param>
public readonly record struct RunLimits(TimeSpan? Timeout = null, ulong? MaxExits = null);
