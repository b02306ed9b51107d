namespace VmmEngine.Machines;

/// <summary>When to stop a run that does not end by itself.</summary>
/// <param name="Timeout">Wall-clock time; null: none.</param>
/// <param name="MaxExits">Exits of one vCPU; null: no limit. Makes the run record its exits.</param>
public readonly record struct RunLimits(TimeSpan? Timeout = null, ulong? MaxExits = null);
