using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>Port 0xF4: a guest that writes to it has come to its end, with what it writes as status. Reads as 0.</summary>
/// <param name="exited">
/// Told the status (as many bits as the guest wrote) by the vCPU's thread, inside its exit: posts a request, and does not wait for the vCPU.
/// </param>
public sealed class ExitPort(Action<uint> exited) : PortDevice
{
    private const ushort Port = 0xF4;

    /// <summary>Puts it at its port.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(Port, 1, this);
    }

    /// <inheritdoc/>
    public override uint Read(ushort port, int size) => 0;

    /// <inheritdoc/>
    public override void Write(ushort port, int size, uint value) =>
        exited(size switch
        {
            1 => (byte)value,
            2 => (ushort)value,
            _ => value,
        });
}
