using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class PicTests
{
    private const ushort Master = 0x20;
    private const ushort Slave = 0xA0;

    private readonly List<bool> _output = [];
    private readonly Pic _pic;
    private readonly PicPorts _ports;

    public PicTests()
    {
        _pic = new Pic(_output.Add);
        _ports = new PicPorts(_pic);
    }

    [Fact]
    public void AChipThatIsNotInitializedAsksForNothing()
    {
        _pic.SetLine(0, true);
        Assert.Empty(_output);
        Assert.Equal(-1, _pic.Acknowledge(0));
    }

    [Fact]
    public void AnEdgeIsDeliveredOnce()
    {
        Initialize();
        _pic.SetLine(3, true);
        _pic.SetLine(3, true);
        Assert.True(_pic.HasInterrupt(0));
        Assert.False(_pic.HasInterrupt(1));
        Assert.Equal(0x23, _pic.Acknowledge(0));
        Assert.Equal(-1, _pic.Acknowledge(0));
        Write(Master, 0x20);
        Assert.Equal([true, false], _output);
    }

    [Fact]
    public void AnEdgeStaysLatchedWhenItsLineFalls()
    {
        Initialize();
        _pic.SetLine(0, true);
        _pic.SetLine(0, false);
        Assert.Equal(0x20, _pic.Acknowledge(0));
    }

    [Fact]
    public void ALevelIsDeliveredUntilItFalls()
    {
        Initialize();
        Write(0x4D0, 0x20);
        _pic.SetLine(5, true);
        Assert.Equal(0x25, _pic.Acknowledge(0));
        Write(Master, 0x20);
        Assert.Equal(0x25, _pic.Acknowledge(0));
        _pic.SetLine(5, false);
        Write(Master, 0x20);
        Assert.False(_pic.HasInterrupt(0));
    }

    [Fact]
    public void LinesThatAreWiredToEdgesCannotBeMadeLevels()
    {
        Write(0x4D0, 0xFF);
        Write(0x4D1, 0xFF);
        Assert.Equal(0xF8, Read(0x4D0));
        Assert.Equal(0xDE, Read(0x4D1));
    }

    [Fact]
    public void TheSlaveComesThroughLineTwo()
    {
        Initialize();
        _pic.SetLine(8, true);
        Assert.Equal(0x28, _pic.Acknowledge(0));
        Write(Master, 0x0B);
        Write(Slave, 0x0B);
        Assert.Equal(0x04, Read(Master));
        Assert.Equal(0x01, Read(Slave));
    }

    [Fact]
    public void LowerLinesWaitForTheEndOfHigherOnes()
    {
        Initialize();
        _pic.SetLine(1, true);
        Assert.Equal(0x21, _pic.Acknowledge(0));
        _pic.SetLine(4, true);
        Assert.False(_pic.HasInterrupt(0));
        _pic.SetLine(0, true);
        Assert.Equal(0x20, _pic.Acknowledge(0));
        Write(Master, 0x20); // ends 0
        Assert.False(_pic.HasInterrupt(0));
        Write(Master, 0x61); // ends 1 by name
        Assert.Equal(0x24, _pic.Acknowledge(0));
    }

    [Fact]
    public void TheMaskHoldsBackAndKeepsTheRequest()
    {
        Initialize();
        Write(Master + 1, 0x10);
        _pic.SetLine(4, true);
        Assert.False(_pic.HasInterrupt(0));
        Assert.Equal(0x10, Read(Master + 1));
        Assert.Equal(0x10, Read(Master));
        Write(Master + 1, 0);
        Assert.Equal(0x24, _pic.Acknowledge(0));
    }

    [Fact]
    public void RotationGivesTheServedLineTheLowestPriority()
    {
        Initialize();
        _pic.SetLine(2 + 1, true);
        Assert.Equal(0x23, _pic.Acknowledge(0));
        Write(Master, 0xA0); // rotate on non-specific end: 4 is the highest now
        _pic.SetLine(3, false);
        _pic.SetLine(3, true);
        _pic.SetLine(5, true);
        Assert.Equal(0x25, _pic.Acknowledge(0));
        Write(Master, 0xC6); // 6 the lowest, 7 the highest
        _pic.SetLine(7, true);
        Assert.Equal(0x27, _pic.Acknowledge(0));
    }

    [Fact]
    public void AutomaticEndLeavesNothingInService()
    {
        Initialize(icw4: 0x03);
        Write(Master, 0x0B);
        Write(Slave, 0x0B);
        _pic.SetLine(9, true);
        _pic.SetLine(10, true);
        Assert.Equal(0x29, _pic.Acknowledge(0));
        Assert.Equal(0, Read(Master) | Read(Slave));
        Assert.Equal(0x2A, _pic.Acknowledge(0)); // the slave's output fell and rose again
        Assert.False(_pic.HasInterrupt(0));
    }

    [Fact]
    public void SpecialMaskModeLetsLowerLinesThrough()
    {
        Initialize();
        _pic.SetLine(1, true);
        Assert.Equal(0x21, _pic.Acknowledge(0));
        _pic.SetLine(6, true);
        Assert.False(_pic.HasInterrupt(0));
        Write(Master + 1, 0x02);
        Write(Master, 0x68);
        Assert.Equal(0x26, _pic.Acknowledge(0));
        Write(Master, 0x20);
        Write(Master, 0x0B);
        Assert.Equal(0x02, Read(Master)); // the end went to 6, which is not masked
    }

    [Fact]
    public void SpecialFullyNestedModeLetsTheSlaveInterruptItself()
    {
        Initialize(icw4: 0x11);
        _pic.SetLine(12, true);
        Assert.Equal(0x2C, _pic.Acknowledge(0));
        _pic.SetLine(8, true);
        Assert.Equal(0x28, _pic.Acknowledge(0));
    }

    [Fact]
    public void APollAcknowledges()
    {
        Initialize();
        Write(Master, 0x0C);
        Assert.Equal(0, Read(Master));
        _pic.SetLine(6, true);
        Write(Master, 0x0C);
        Assert.Equal(0x86, Read(Master));
        Assert.False(_pic.HasInterrupt(0));
        Write(Master, 0x0B);
        Assert.Equal(0x40, Read(Master));
    }

    [Fact]
    public void ASlaveRequestThatGoesAwayIsSpurious()
    {
        Initialize();
        Write(0x4D1, 0x04);
        _pic.SetLine(10, true);
        _pic.SetLine(10, false); // the master's edge is latched, the slave's level has gone
        Assert.Equal(0x2F, _pic.Acknowledge(0));
        Write(Slave, 0x0B);
        Write(Master, 0x0B);
        Assert.Equal(0, Read(Slave));
        Assert.Equal(0x04, Read(Master)); // so only the master wants an end
    }

    [Fact]
    public void AWideAccessReachesBothPortsOfAChip()
    {
        Initialize();
        _ports.Write(Master, 4, 0x0000_5A0B);
        Assert.Equal(0x5Au, (_ports.Read(Master, 2) >> 8) & 0xFF);
        Assert.Equal(0xFFFFu, _ports.Read(Master, 4) >> 16);
    }

    private void Initialize(byte icw4 = 0x01)
    {
        foreach ((ushort port, byte vector, byte cascade) in new[] { (Master, (byte)0x20, (byte)4), (Slave, (byte)0x28, (byte)2) })
        {
            Write(port, 0x11);
            Write((ushort)(port + 1), vector);
            Write((ushort)(port + 1), cascade);
            Write((ushort)(port + 1), icw4);
            Write((ushort)(port + 1), 0);
        }
    }

    private void Write(int port, byte value) => _ports.Write((ushort)port, 1, value);

    private byte Read(int port) => (byte)_ports.Read((ushort)port, 1);
}
