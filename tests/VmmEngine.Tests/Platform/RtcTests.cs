using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class RtcTests : IDisposable
{
    private const ulong Second = 1_000_000_000;
    private static readonly long Start = new DateTimeOffset(1999, 12, 31, 23, 59, 58, TimeSpan.Zero).ToUnixTimeSeconds();

    private readonly InstructionClock _clock = new();
    private readonly RecordingLines _lines = new();
    private readonly Rtc _rtc;

    public RtcTests() => _rtc = new Rtc(_clock, _lines, Start);

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void TheTimeIsBcdAndGoesThroughTheCentury()
    {
        Assert.Equal([0x58, 0x59, 0x23, 0x06, 0x31, 0x12, 0x99, 0x19], Time());
        _clock.Advance(2 * Second);
        Assert.Equal([0x00, 0x00, 0x00, 0x07, 0x01, 0x01, 0x00, 0x20], Time());
    }

    [Fact]
    public void BinaryAndTwelveHoursAreFormats()
    {
        Write(0x0B, 0x06);
        Assert.Equal([58, 59, 23, 6, 31, 12, 99, 19], Time());
        Write(0x0B, 0x00);
        Assert.Equal(0x91, Read(4)); // 11 in the afternoon
        _clock.Advance(2 * Second);
        Assert.Equal(0x12, Read(4)); // midnight
        Write(0x0B, 0x04);
        _clock.Advance(13 * 3_600 * Second);
        Assert.Equal(0x81, Read(4));
    }

    [Fact]
    public void TheGuestSetsTheTime()
    {
        Write(0x0B, 0x82);
        Set(0x00, 0x30, 0x12, 0x29, 0x02, 0x24, 0x20);
        _clock.Advance(10 * Second);
        Assert.Equal(0x00, Read(0));
        Write(0x0B, 0x02);
        _clock.Advance(5 * Second);
        Assert.Equal([0x05, 0x30, 0x12, 0x05, 0x29, 0x02, 0x24, 0x20], Time()); // a Thursday
    }

    [Fact]
    public void ADateThatDoesNotExistStaysAndStops()
    {
        Write(8, 0x15);
        _clock.Advance(100 * Second);
        Assert.Equal(0x15, Read(8));
        Assert.Equal(0x58, Read(0));
        Write(8, 0x02);
        Write(7, 0x28);
        _clock.Advance(Second);
        Assert.Equal(0x59, Read(0));
    }

    [Fact]
    public void AnUpdateAnnouncesItself()
    {
        _clock.Advance(Second / 2);
        Assert.Equal(0x26, Read(0x0A));
        _clock.Advance((Second / 2) - 1_000);
        Assert.Equal(0xA6, Read(0x0A));
        _clock.Advance(1_000);
        Assert.Equal(0x26, Read(0x0A));
        Write(0x0B, 0x82);
        _clock.Advance(Second - 1_000);
        Assert.Equal(0x26, Read(0x0A)); // nobody updates while the time is set
    }

    [Fact]
    public void ThePeriodicInterruptWaitsForItsAnswer()
    {
        Write(0x0B, 0x42);
        RunFor(Second);
        Assert.Equal(1, _lines.Rises[8]);
        int answers = 0;
        ulong end = _clock.Now + Second;
        while (_clock.Now < end)
        {
            Assert.Equal(0xC0, Read(0x0C) & 0xC0);
            Assert.False(_lines.Levels[8]);
            Assert.True(_clock.JumpToDeadline());
            answers++;
        }

        Assert.InRange(answers, 1_023, 1_026);
    }

    [Fact]
    public void TheUpdateEndedInterruptComesEverySecond()
    {
        Write(0x0B, 0x12);
        for (int i = 1; i <= 5; i++)
        {
            Assert.True(_clock.JumpToDeadline());
            Assert.Equal((ulong)i * Second, _clock.Now);
            Assert.Equal(0x90, Read(0x0C) & 0x90);
            Assert.Equal(0, Read(0x0C) & 0x90);
        }
    }

    [Fact]
    public void TheAlarmComesAtItsTime()
    {
        Write(1, 0x05);
        Write(3, 0x00);
        Write(5, 0xC0); // every hour
        Write(0x0B, 0x22);
        Assert.True(_clock.JumpToDeadline());
        Assert.Equal(7 * Second, _clock.Now);
        Assert.True(_lines.Levels[8]);
        Assert.Equal(0xA0, Read(0x0C) & 0xA0);
        Assert.True(_clock.JumpToDeadline());
        Assert.Equal((3_600 + 7) * Second, _clock.Now);
    }

    [Fact]
    public void AnAlarmThatIsNoTimeNeverComes()
    {
        Write(1, 0x75);
        Write(0x0B, 0x22);
        Assert.Equal(VmClock.Never, _clock.NextDeadline);
        _clock.Advance(200_000 * Second);
        Assert.Equal(0, Read(0x0C) & 0x20);
    }

    [Fact]
    public void ARestartedDividerUpdatesAfterHalfASecond()
    {
        Write(0x0A, 0x76);
        _clock.Advance(10 * Second);
        Assert.Equal(0x58, Read(0));
        Write(0x0A, 0x26);
        _clock.Advance((Second / 2) - 1);
        Assert.Equal(0x58, Read(0));
        _clock.Advance(1);
        Assert.Equal(0x59, Read(0));
    }

    [Fact]
    public void MemoryKeepsWhatIsWritten()
    {
        Write(0x40, 0xA5);
        _rtc.SetMemory(0x41, 0x5A);
        Assert.Equal((0xA5, 0x5A), (Read(0x40), Read(0xC1))); // bit 7 of the index is not the index's
        Assert.Equal(0x80, Read(0x0D));
        Write(0x0D, 0);
        Assert.Equal(0x80, Read(0x0D));
    }

    [Theory]
    [InlineData(0x15, 0x80)]
    [InlineData(0x16, 0x02)]
    [InlineData(0x34, 0x00)]
    [InlineData(0x35, 0x07)]
    [InlineData(0x5C, 0x40)]
    [InlineData(0x5F, 0x03)]
    public void FirmwareFindsTheSizes(int offset, int value)
    {
        CmosMemory.Write(_rtc, low: 128 << 20, high: 1UL << 30, vcpus: 4);
        Assert.Equal(value, Read(offset));
    }

    private byte[] Time() => [.. new[] { 0, 2, 4, 6, 7, 8, 9, 0x32 }.Select(Read).Select(value => (byte)value)];

    private void Set(params byte[] values)
    {
        foreach ((int register, byte value) in new[] { 0, 2, 4, 7, 8, 9, 0x32 }.Zip(values))
        {
            Write(register, value);
        }
    }

    private void RunFor(ulong time)
    {
        ulong end = _clock.Now + time;
        while (_clock.NextDeadline <= end)
        {
            _clock.JumpToDeadline();
        }

        _clock.Advance(end - _clock.Now);
    }

    private void Write(int register, int value)
    {
        _rtc.Write(0x70, 1, (uint)register);
        _rtc.Write(0x71, 1, (uint)value);
    }

    private int Read(int register)
    {
        _rtc.Write(0x70, 1, (uint)register);
        return (int)_rtc.Read(0x71, 1);
    }
}
