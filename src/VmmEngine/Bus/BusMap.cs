namespace VmmEngine.Bus;

/// <summary>Which device answers where, at one moment. Never changed once the bus has published it.</summary>
internal sealed class BusMap
{
    public const int PortCount = 1 << 16;

    /// <summary>How many ranges of ports there can be: a byte says which one a port belongs to, and 0 stands for none.</summary>
    public const int PortRangeLimit = byte.MaxValue;

    /// <summary>The guest-physical addresses. Inside this object: one load fewer for each access.</summary>
    public readonly MmioMap Mmio;

    private BusMap(PortRange?[] ranges, byte[] portRanges, PortDevice?[] portDevices, MmioMap mmio)
    {
        Ranges = ranges;
        PortRanges = portRanges;
        PortDevices = portDevices;
        Mmio = mmio;
    }

    /// <summary>Nothing is mapped.</summary>
    public static BusMap Empty { get; } =
        new(new PortRange?[PortRangeLimit + 1], new byte[PortCount], new PortDevice?[PortRangeLimit + 1], MmioMap.Empty);

    /// <summary>The ranges of ports by number; number 0 is unused.</summary>
    public PortRange?[] Ranges { get; }

    /// <summary>The number of each port's range. <see cref="PortCount"/> long, so that any 16-bit port is an index.</summary>
    public byte[] PortRanges { get; }

    /// <summary>The device of each range. As long as there are byte values, so that any number is an index.</summary>
    public PortDevice?[] PortDevices { get; }

    /// <summary>A copy in which a range of ports belongs to another device, or (null) to none.</summary>
    public BusMap WithPorts(byte number, PortRange range, PortDevice? device)
    {
        PortRange?[] ranges = [.. Ranges];
        byte[] portRanges = [.. PortRanges];
        PortDevice?[] portDevices = [.. PortDevices];
        ranges[number] = device is null ? null : range;
        portDevices[number] = device;
        portRanges.AsSpan(range.First, range.Count).Fill(device is null ? (byte)0 : number);
        return new BusMap(ranges, portRanges, portDevices, Mmio);
    }

    /// <summary>A copy with other guest-physical addresses.</summary>
    public BusMap WithMmio(MmioMap mmio) => new(Ranges, PortRanges, PortDevices, mmio);
}

/// <summary>Ports that one device answers.</summary>
internal sealed record PortRange(ushort First, int Count)
{
    public override string ToString() => Count == 1 ? $"port 0x{First:X}" : $"ports 0x{First:X} to 0x{First + Count - 1:X}";
}
