using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>Ports that firmware and kernels probe, and behind which there is nothing: all ones, and what is written goes nowhere.</summary>
public sealed class EmptyPorts : PortDevice
{
    /// <summary>Puts it behind a range of ports.</summary>
    public void Map(DeviceBus bus, ushort first, int count)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(first, count, this);
    }

    /// <inheritdoc/>
    public override uint Read(ushort port, int size) => uint.MaxValue;

    /// <inheritdoc/>
    public override void Write(ushort port, int size, uint value)
    {
    }
}
