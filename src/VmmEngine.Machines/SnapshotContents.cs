namespace VmmEngine.Machines;

/// <summary>What a snapshot file is of.</summary>
/// <param name="Options">What to build a machine with that is to be restored from it.</param>
/// <param name="Devices">The names of the devices that <see cref="Machine.AddToSnapshots"/> was told of: the new machine needs them too.</param>
public sealed record SnapshotContents(MachineOptions Options, IReadOnlyList<string> Devices);
