using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>A chip that pulls lines: when it is restored, the interrupt controllers hear of levels that they do not know.</summary>
/// <param name="chips">The VM's.</param>
/// <param name="resume">Lets the chip go on.</param>
/// <param name="states">The chip's state, piece by piece.</param>
internal sealed class ChipPart(Chipset chips, Action? resume, params ISnapshotted[] states) : IChipPart
{
    public void Save(SnapshotWriter writer) => Array.ForEach(states, state => state.Save(writer));

    public void Restore(SnapshotReader reader)
    {
        ChipLevels known = chips.KnownLevels;
        try
        {
            Array.ForEach(states, state => state.Restore(reader));
        }
        finally
        {
            chips.KnownLevels = known; // the controllers have not been restored with the chip
        }
    }

    public void Resume() => resume?.Invoke();
}
