using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>A device's end of an interrupt line: the controller hears of changes only, because where it is in the kernel each word costs a system call.</summary>
/// <remarks>The device's lock is held around every call.</remarks>
internal sealed class InterruptLine(InterruptController controller, int line) : ISnapshotted
{
    private bool _asserted;

    /// <summary>Sets the level.</summary>
    public void Set(bool asserted)
    {
        if (asserted != _asserted)
        {
            _asserted = asserted;
            controller.SetLine(line, asserted);
        }
    }

    /// <summary>Makes an edge, and leaves the line asserted.</summary>
    public void Pulse()
    {
        Set(asserted: false);
        Set(asserted: true);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => writer.Write(_asserted);

    /// <inheritdoc/>
    /// <remarks>The controller's end of the line is in the controller's own state.</remarks>
    public void Restore(SnapshotReader reader) => Restore(reader.ReadBoolean());

    /// <summary>The line has this level, and the controller knows it.</summary>
    public void Restore(bool asserted) => _asserted = asserted;
}
