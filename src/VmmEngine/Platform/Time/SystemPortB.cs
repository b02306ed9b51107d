using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// Port 0x61: the gate of the interval timer's counter 2 (bit 0), the speaker's switch (1), the refresh toggle (4) and counter 2's output (5).
/// There is no speaker; programs use the counter and the toggle to measure time.
/// </summary>
public sealed class SystemPortB : BytePortDevice, ISnapshotted
{
    private const ushort Port = 0x61;

    // Memory refresh: counter 1 of a PC divides by 18.
    private const ulong RefreshTicks = 18;

    private readonly Pit _pit;
    private readonly VmClock _clock;
    private volatile byte _written;

    /// <summary>Makes the port of a timer.</summary>
    public SystemPortB(Pit pit, VmClock clock)
    {
        ArgumentNullException.ThrowIfNull(pit);
        ArgumentNullException.ThrowIfNull(clock);
        _pit = pit;
        _clock = clock;
    }

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(Port, 1, this);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(_written);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _written = reader.ReadByte();
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port)
    {
        if (port != Port)
        {
            return Floating;
        }

        (bool gate, bool output) = _pit.Speaker;
        int refresh = (int)(PitTime.ToTicks(_clock.Now) / RefreshTicks) & 1;
        return (byte)((gate ? 0x01 : 0) | (_written & 0x0E) | (refresh << 4) | (output ? 0x20 : 0));
    }

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        if (port == Port)
        {
            _written = value;
            _pit.SetSpeakerGate((value & 1) != 0);
        }
    }
}
