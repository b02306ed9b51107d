using VmmEngine.Bus;
using Xunit;

namespace VmmEngine.Tests.Bus;

public class PortMapTests
{
    private readonly DeviceBus _bus = new();

    [Fact]
    public void ADeviceAnswersExactlyItsPorts()
    {
        LogPorts device = new(0x5A);
        _bus.MapPorts(0x3F8, 8, device);

        Assert.False(_bus.TryReadPort(0x3F7, 1, out _));
        Assert.True(_bus.TryReadPort(0x3F8, 1, out uint value));
        Assert.True(_bus.TryWritePort(0x3FF, 2, 0x1234));
        Assert.False(_bus.TryWritePort(0x400, 1, 0));
        Assert.Equal(0x5Au, value);
        Assert.Equal([('r', 0x3F8, 1, 0u), ('w', 0x3FF, 2, 0x1234u)], device.Log);
    }

    [Fact]
    public void TheFirstAndTheLastPortCanBeMapped()
    {
        _bus.MapPorts(0, 1, new LogPorts(1));
        _bus.MapPorts(0xFFFF, 1, new LogPorts(2));

        Assert.True(_bus.TryReadPort(0, 1, out uint first));
        Assert.True(_bus.TryReadPort(0xFFFF, 1, out uint last));
        Assert.Equal((1u, 2u), (first, last));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bus.MapPorts(0xFFFF, 2, new LogPorts()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bus.MapPorts(0x10, 0, new LogPorts()));
    }

    [Fact]
    public void AConflictNamesBothSidesAndChangesNothing()
    {
        LogPorts first = new(1);
        _bus.MapPorts(0x60, 5, first);

        ArgumentException refused = Assert.Throws<ArgumentException>(() => _bus.MapPorts(0x5E, 3, new LogPorts(2)));

        Assert.Contains("Ports 0x5E to 0x60 cannot be given to LogPorts: LogPorts has ports 0x60 to 0x64.", refused.Message);
        Assert.False(_bus.TryReadPort(0x5E, 1, out _));
        Assert.True(_bus.TryReadPort(0x60, 1, out uint value));
        Assert.Equal(1u, value);
    }

    [Fact]
    public void UnmappedPortsAreFreeAgain()
    {
        _bus.MapPorts(0x70, 2, new LogPorts(1));
        Assert.Throws<ArgumentException>(() => _bus.UnmapPorts(0x70, 1));
        Assert.Throws<ArgumentException>(() => _bus.UnmapPorts(0x72, 1));

        _bus.UnmapPorts(0x70, 2);

        Assert.False(_bus.TryReadPort(0x70, 1, out _));
        _bus.MapPorts(0x71, 1, new LogPorts(3));
        Assert.True(_bus.TryReadPort(0x71, 1, out uint value));
        Assert.Equal(3u, value);
    }

    [Fact]
    public void ThereAre255RangesAndNoMore()
    {
        for (ushort port = 0; port < 255; port++)
        {
            _bus.MapPorts(port, 1, new LogPorts(port));
        }

        ArgumentException refused = Assert.Throws<ArgumentException>(() => _bus.MapPorts(300, 1, new LogPorts()));
        Assert.Contains("255 ranges", refused.Message);
        for (ushort port = 0; port < 255; port++)
        {
            Assert.True(_bus.TryReadPort(port, 1, out uint value));
            Assert.Equal(port, value);
        }

        _bus.UnmapPorts(7, 1);
        _bus.MapPorts(300, 1, new LogPorts(300));
    }

    [Fact]
    public void OneDeviceMayHaveSeveralRanges()
    {
        LogPorts device = new();
        _bus.MapPorts(0x20, 2, device);
        _bus.MapPorts(0xA0, 2, device);

        Assert.True(_bus.TryWritePort(0x20, 1, 1));
        Assert.True(_bus.TryWritePort(0xA1, 1, 2));
        Assert.Equal(2, device.Log.Count);
    }
}
