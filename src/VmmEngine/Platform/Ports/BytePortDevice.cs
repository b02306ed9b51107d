using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>
/// A device with 8-bit registers. A wider access is what an ISA bus makes of it: accesses to the following ports, low byte first. Ports that the
/// device does not have read as all ones, and swallow what is written.
/// </summary>
public abstract class BytePortDevice : PortDevice
{
    /// <summary>What a port reads as where nothing drives the bus.</summary>
    protected const byte Floating = 0xFF;

    /// <inheritdoc/>
    public sealed override uint Read(ushort port, int size)
    {
        uint value = 0;
        for (int i = 0; i < size; i++)
        {
            value |= (uint)ReadByte((ushort)(port + i)) << (8 * i);
        }

        return value;
    }

    /// <inheritdoc/>
    public sealed override void Write(ushort port, int size, uint value)
    {
        for (int i = 0; i < size; i++)
        {
            WriteByte((ushort)(port + i), (byte)(value >> (8 * i)));
        }
    }

    /// <summary>IN of one byte.</summary>
    protected abstract byte ReadByte(ushort port);

    /// <summary>OUT of one byte.</summary>
    protected abstract void WriteByte(ushort port, byte value);
}
