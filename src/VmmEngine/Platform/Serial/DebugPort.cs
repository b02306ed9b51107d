using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>
/// The debug consoles of firmware: what is written to port 0x402 or 0xE9 is text. Both read as 0xE9, by which firmware knows that somebody listens.
/// </summary>
/// <param name="sink">Where the text goes. A byte that it has no room for is dropped: the port has no way to say "later".</param>
public sealed class DebugPort(SerialSink sink) : BytePortDevice
{
    private const ushort Firmware = 0x402;
    private const ushort Classic = 0xE9;
    private const byte Presence = 0xE9;

    private readonly DeviceLock _lock = new();

    /// <summary>Puts it at both ports.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(Firmware, 1, this);
        bus.MapPorts(Classic, 1, this);
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port) => port is Firmware or Classic ? Presence : Floating;

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        if (port is Firmware or Classic)
        {
            using (_lock.Hold())
            {
                sink.TryWrite(value);
            }
        }
    }
}
