using VmmEngine.Memory;

namespace VmmEngine.Bus;

/// <summary>Which device answers where. Read by every exit without a lock: a change publishes a whole new map by one reference.</summary>
public sealed class DeviceBus
{
    /// <summary>Puts a device behind a range of ports.</summary>
    /// <exception cref="ArgumentException">A port of the range is taken.</exception>
    public void MapPorts(ushort first, int count, PortDevice device) => throw new NotImplementedException();

    /// <summary>Puts a device behind a range of guest-physical addresses.</summary>
    /// <exception cref="ArgumentException">The range overlaps another device's.</exception>
    public void MapMmio(Gpa first, ulong length, MmioDevice device) => throw new NotImplementedException();
}
