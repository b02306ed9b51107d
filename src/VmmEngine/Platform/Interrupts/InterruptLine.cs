using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>A device's end of an interrupt line: the controller hears of changes only, because where it is in the kernel each word costs a system call.</summary>
/// <remarks>The device's lock is held around every call.</remarks>
internal sealed class InterruptLine(InterruptController controller, int line) : ISnapshotted
{
    private bool _asserted;

    /// <summary>The level that the controller knows. It differs from the device's only while their states are being restored, one before the other.</summary>
    public bool Known { get; set; }

    /// <summary>Sets the level.</summary>
    public void Set(bool asserted)
    {
        _asserted = asserted;
        Tell();
    }

    /// <summary>Makes an edge, and leaves the line asserted.</summary>
    public void Pulse()
    {
        Set(asserted: false);
        Set(asserted: true);
    }

    /// <summary>Lets the controller know the level, if it does not.</summary>
    public void Tell()
    {
        if (_asserted != Known)
        {
            Known = _asserted;
            controller.SetLine(line, _asserted);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => writer.Write(_asserted);

    /// <inheritdoc/>
    /// <remarks>The controller's end of the line is in the controller's own state.</remarks>
    public void Restore(SnapshotReader reader) => Restore(reader.ReadBoolean());

    /// <summary>The line has this level, and the controller knows it.</summary>
    public void Restore(bool asserted) => Known = _asserted = asserted;
}
