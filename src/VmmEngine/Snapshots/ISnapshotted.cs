namespace VmmEngine.Snapshots;

/// <summary>A part of a VM whose state goes into a snapshot.</summary>
/// <remarks>
/// Called while no vCPU runs and no timer fires. Timers are the clock's: it saves which are armed and until when, and arms them again after every part
/// is restored, so a part saves its registers only.
/// </remarks>
public interface ISnapshotted
{
    /// <summary>Writes the state, always in the same order and of the same length for the same state.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>
    /// Reads the state back, in the order of <see cref="Save"/>. Raises no interrupt and arms no timer: the other parts' states come from the file too.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// The bytes are no state that the part can be in. What is read may come from anybody: every index and length is checked before it is used.
    /// </exception>
    void Restore(SnapshotReader reader);
}
