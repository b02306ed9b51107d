using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// Port 0x92: fast reset (bit 0, on its rising edge) and address line 20 (bit 1). The line is always on: the bit only remembers what was written.
/// </summary>
/// <param name="reset">The guest asks for a reset. Called by the vCPU's thread, inside its exit: posts a request, and does not wait for the vCPU.</param>
public sealed class SystemPortA(Action reset) : BytePortDevice, ISnapshotted
{
    private const ushort Port = 0x92;
    private const byte Reset = 0x01;
    private const byte AddressLine20 = 0x02;

    private volatile byte _value = AddressLine20;

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(Port, 1, this);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(_value);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _value = reader.ReadByte();
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port) => port == Port ? _value : Floating;

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        if (port != Port)
        {
            return;
        }

        bool requested = (value & ~_value & Reset) != 0;
        _value = value;
        if (requested)
        {
            reset();
        }
    }
}
