using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>A chip as a part that a client restores alone, while time and the other chips go on.</summary>
internal interface IChipPart : ISnapshotted
{
    /// <summary>After a restore, also one that was refused: lines and timers follow the registers.</summary>
    void Resume();
}
