using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class SmallDeviceTests
{
    private readonly RecordingLines _lines = new();
    private int _resets;

    [Theory]
    [InlineData(0x402)]
    [InlineData(0xE9)]
    public void TheDebugPortsTakeTextAndSayThatTheyAreThere(ushort port)
    {
        MemorySerialSink sink = new(capacity: 3);
        DebugPort device = new(sink);
        Assert.Equal(0xE9u, device.Read(port, 1));
        foreach (byte value in "abcd"u8)
        {
            device.Write(port, 1, value);
        }

        Assert.Equal("abc", sink.ToString());
    }

    [Theory]
    [InlineData(1, 0x44u)]
    [InlineData(2, 0x3344u)]
    [InlineData(4, 0x11223344u)]
    public void TheExitPortHasAStatusOfItsSize(int size, uint status)
    {
        List<uint> exits = [];
        new ExitPort(exits.Add).Write(0xF4, size, 0x11223344);
        Assert.Equal([status], exits);
    }

    [Fact]
    public void TheKeyboardControllerResetsTheMachine()
    {
        I8042 device = Keyboard();
        device.Write(0x64, 1, 0xFE);
        Assert.Equal(1, _resets);
        device.Write(0x64, 1, 0xD1);
        device.Write(0x60, 1, 0x02);
        Assert.Equal(2, _resets);
        device.Write(0x64, 1, 0xFF);
        Assert.Equal(2, _resets);
    }

    [Fact]
    public void TheKeyboardControllerPassesItsTest()
    {
        I8042 device = Keyboard();
        Assert.Equal(0u, device.Read(0x64, 1) & 0x03);
        device.Write(0x64, 1, 0xAA);
        Assert.Equal(1u, device.Read(0x64, 1) & 0x01);
        Assert.Equal(0x55u, device.Read(0x60, 1));
        device.Write(0x64, 1, 0x60);
        device.Write(0x60, 1, 0x61);
        device.Write(0x64, 1, 0x20);
        Assert.Equal(0x61u, device.Read(0x60, 1));
    }

    [Fact]
    public void EveryByteOfTheKeyboardIsAnEdge()
    {
        I8042 device = Keyboard();
        device.Write(0x60, 1, 0xF2);
        List<uint> bytes = [];
        while ((device.Read(0x64, 1) & 1) != 0)
        {
            bytes.Add(device.Read(0x60, 1));
        }

        Assert.Equal([0xFAu, 0xABu, 0x83u], bytes);
        Assert.Equal(3, _lines.Rises[1]);
        Assert.False(_lines.Levels[1]);
    }

    [Fact]
    public void PortAResetsOnARisingBit()
    {
        SystemPortA device = new(() => _resets++);
        Assert.Equal(0x02u, device.Read(0x92, 1));
        device.Write(0x92, 1, 0x00);
        Assert.Equal(0x00u, device.Read(0x92, 1));
        device.Write(0x92, 1, 0x01);
        device.Write(0x92, 1, 0x01);
        Assert.Equal(1, _resets);
    }

    private I8042 Keyboard() => new(_lines, () => _resets++);
}
