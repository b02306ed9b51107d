using VmmEngine.Bus;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class PitTests : IDisposable
{
    private const ulong Second = 1_000_000_000;

    private readonly InstructionClock _clock = new();
    private readonly RecordingLines _lines = new();
    private readonly Pit _pit;
    private readonly SystemPortB _portB;

    public PitTests()
    {
        _pit = new Pit(_clock, _lines);
        _portB = new SystemPortB(_pit, _clock);
    }

    public void Dispose() => _clock.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void PeriodicModesTickAtTheirRateWithoutDrift(int mode)
    {
        Program(0, mode, 11932); // 100 Hz, nearly
        RunTo(10 * Second);
        Assert.Equal(1 + (int)(10 * 1_193_182 / 11932), _lines.Rises[0]); // the first rise is the control word's
    }

    [Fact]
    public void ACountOfZeroIsTheLongestPeriod()
    {
        Program(0, 2, 0);
        int before = _lines.Rises[0];
        RunTo(Second);
        Assert.Equal(18, _lines.Rises[0] - before);
    }

    [Fact]
    public void TheShortestPeriodIsBounded()
    {
        Program(0, 2, 1);
        RunTo(Second / 1_000);
        Assert.InRange(_lines.Rises[0], 100, 1_001);
    }

    [Fact]
    public void ModeZeroRaisesOnceAtTheEndOfTheCount()
    {
        Program(0, 0, 1_193);
        Assert.False(_lines.Levels[0]);
        RunTo(999_000);
        Assert.False(_lines.Levels[0]);
        RunTo(1_000_000);
        Assert.True(_lines.Levels[0]);
        RunTo(Second);
        Assert.Equal(1, _lines.Rises[0]);
        Assert.Equal(VmClock.Never, _clock.NextDeadline);
    }

    [Fact]
    public void ModeFourPulsesOnce()
    {
        Program(0, 4, 1_000);
        Assert.True(_lines.Levels[0]);
        RunTo(Second);
        Assert.Equal(2, _lines.Rises[0]);
        Assert.Equal(VmClock.Never, _clock.NextDeadline);
    }

    [Fact]
    public void ALatchedCountStaysWhileTheCounterRuns()
    {
        Program(2, 0, 0x8000);
        _portB.Write(0x61, 1, 1); // the gate
        RunTo(1_000_000);
        Write(0x43, 0x80);
        RunTo(2_000_000);
        Assert.Equal(0x8000 - 1_193, ReadWord(2));
        Assert.Equal(0x8000 - 2_386, ReadWord(2));
    }

    [Fact]
    public void ReadBackGivesStatusThenCount()
    {
        Program(0, 2, 50_000);
        Write(0x43, 0xC2);
        Assert.Equal(0xB4, Read(0x40)); // output high, count loaded, both bytes, mode 2
        Assert.Equal(50_000, ReadWord(0));
        Write(0x43, 0x30);
        Write(0x43, 0xE2);
        Assert.Equal(0x70, Read(0x40)); // low, no count yet, mode 0
    }

    [Fact]
    public void BcdCountsInDecimal()
    {
        Write(0x43, 0x31);
        Write(0x40, 0x00);
        Write(0x40, 0x10); // 1000
        RunTo(Ticks(1));
        Assert.Equal(0x0999, ReadWord(0));
        RunTo(Ticks(1_001));
        Assert.Equal(0x9999, ReadWord(0));
    }

    [Fact]
    public void OneByteAccessSetsTheOtherByteToZero()
    {
        Write(0x43, 0x10); // low byte, mode 0
        Write(0x40, 0x80);
        Assert.Equal(0x80, Read(0x40));
        Write(0x43, 0x20); // high byte
        Write(0x40, 0x80);
        RunTo(Ticks(10));
        Assert.Equal(0x7F, Read(0x40));
    }

    [Fact]
    public void TheGateOfCounterTwoHoldsModeZero()
    {
        Program(2, 0, 1_000);
        RunTo(Ticks(5_000));
        Assert.Equal(0x00, Read(0x61) & 0x21);
        Write(0x61, 1);
        RunTo(Ticks(5_999));
        Assert.Equal(0x01, Read(0x61) & 0x21);
        Write(0x61, 0);
        RunTo(Ticks(9_000));
        Write(0x61, 1);
        Assert.Equal(0x01, Read(0x61) & 0x21);
        RunTo(Ticks(9_002));
        Assert.Equal(0x21, Read(0x61) & 0x21);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void TheGateTriggersModesOneAndFive(int mode)
    {
        Program(2, mode, 1_000);
        RunTo(Ticks(3_000));
        Assert.Equal(0x20, Read(0x61) & 0x20);
        Write(0x61, 1);
        Assert.Equal(mode == 1 ? 0x00 : 0x20, Read(0x61) & 0x20);
        RunTo(Ticks(4_000) + 100);
        Assert.Equal(mode == 1 ? 0x20 : 0x00, Read(0x61) & 0x20);
        RunTo(Ticks(4_002));
        Assert.Equal(0x20, Read(0x61) & 0x20);
    }

    [Fact]
    public void TheRefreshBitToggles()
    {
        int changes = 0;
        int last = Read(0x61) & 0x10;
        for (int i = 0; i < 1_000; i++)
        {
            _clock.Advance(1_000);
            int bit = Read(0x61) & 0x10;
            changes += bit != last ? 1 : 0;
            last = bit;
        }

        Assert.InRange(changes, 65, 67); // every 15.085 microseconds
    }

    private void Program(int channel, int mode, int count)
    {
        Write(0x43, (channel << 6) | 0x30 | (mode << 1));
        Write(0x40 + channel, count & 0xFF);
        Write(0x40 + channel, count >> 8);
    }

    // A tick is complete at the first nanosecond at which as many ticks fit.
    private static ulong Ticks(ulong ticks) => ((ticks * Second) + 1_193_181) / 1_193_182;

    private void RunTo(ulong time)
    {
        while (_clock.NextDeadline <= time)
        {
            _clock.JumpToDeadline();
        }

        _clock.Advance(time - _clock.Now);
    }

    private BytePortDevice At(int port) => port == 0x61 ? _portB : _pit;

    private void Write(int port, int value) => At(port).Write((ushort)port, 1, (uint)value);

    private int Read(int port) => (int)At(port).Read((ushort)port, 1);

    private int ReadWord(int channel) => Read(0x40 + channel) | (Read(0x40 + channel) << 8);
}
