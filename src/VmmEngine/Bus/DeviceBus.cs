using System.Runtime.CompilerServices;
using VmmEngine.Memory;

namespace VmmEngine.Bus;

/// <summary>Which device answers where. Read by every exit without a lock: a change publishes a whole new map by one reference.</summary>
/// <remarks>
/// Any thread may change the bus at any time, also while vCPUs run. A vCPU that has looked a device up before it is unmapped still calls it,
/// once; a caller that must know that this is over freezes the vCPUs.
/// </remarks>
public sealed partial class DeviceBus
{
    private readonly Lock _changes = new();
    private BusMap _map = BusMap.Empty;

    private BusMap Map
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _map);
    }

    /// <summary>Puts a device behind a range of ports.</summary>
    /// <param name="first">The first port.</param>
    /// <param name="count">How many ports, 1 or more.</param>
    /// <param name="device">Who answers. An access that begins at the last port may reach beyond it; the device gets it whole.</param>
    /// <exception cref="ArgumentException">A port of the range is taken, or there are 255 ranges.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or passes the last port.</exception>
    public void MapPorts(ushort first, int count, PortDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        CheckPorts(first, count);
        PortRange range = new(first, count);
        lock (_changes)
        {
            byte taken = _map.PortRanges.AsSpan(first, count).ToArray().FirstOrDefault(number => number != 0);
            if (taken != 0)
            {
                throw new ArgumentException($"{Capital(range)} cannot be given to {Name(device)}: {Name(_map.PortDevices[taken]!)} has {_map.Ranges[taken]}.", nameof(first));
            }

            int free = Array.FindIndex(_map.Ranges, 1, other => other is null);
            if (free < 0)
            {
                throw new ArgumentException($"{Capital(range)} cannot be given to {Name(device)}: there are {BusMap.PortRangeLimit} ranges of ports already.", nameof(first));
            }

            Volatile.Write(ref _map, _map.WithPorts((byte)free, range, device));
        }
    }

    /// <summary>Takes a range of ports back from its device, exactly as it was mapped.</summary>
    /// <exception cref="ArgumentException">There is no such range.</exception>
    public void UnmapPorts(ushort first, int count)
    {
        CheckPorts(first, count);
        PortRange range = new(first, count);
        lock (_changes)
        {
            byte number = _map.PortRanges[first];
            if (_map.Ranges[number] != range)
            {
                throw new ArgumentException($"Nothing is mapped at exactly {range}.", nameof(first));
            }

            Volatile.Write(ref _map, _map.WithPorts(number, range, null));
        }
    }

    /// <summary>Puts a device behind a range of guest-physical addresses.</summary>
    /// <param name="first">The first address.</param>
    /// <param name="length">Bytes, 1 or more.</param>
    /// <param name="device">Who answers. Accesses that do not lie inside the range altogether do not reach it.</param>
    /// <exception cref="ArgumentException">The range overlaps another device's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or passes the last address.</exception>
    public void MapMmio(Gpa first, ulong length, MmioDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length - 1, ulong.MaxValue - first.Value, nameof(length));
        MmioRange range = new(first.Value, length, device);
        lock (_changes)
        {
            MmioMap mmio = _map.Mmio.With(range, out MmioRange? conflict)
                ?? throw new ArgumentException($"{range} cannot be given to {Name(device)}: {Name(conflict!.Value.Device!)} has {conflict}.", nameof(first));
            Volatile.Write(ref _map, _map.WithMmio(mmio));
        }
    }

    /// <summary>Takes a range of addresses back from its device, exactly as it was mapped.</summary>
    /// <exception cref="ArgumentException">There is no such range.</exception>
    public void UnmapMmio(Gpa first, ulong length)
    {
        lock (_changes)
        {
            MmioMap mmio = _map.Mmio.Without(first.Value, length)
                ?? throw new ArgumentException($"No device has exactly the {length} bytes at {first}.", nameof(first));
            Volatile.Write(ref _map, _map.WithMmio(mmio));
        }
    }

    private static void CheckPorts(ushort first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BusMap.PortCount - first);
    }

    private static string Name(object device) => device.GetType().Name;

    private static string Capital(PortRange range) => $"P{range.ToString()[1..]}";
}
