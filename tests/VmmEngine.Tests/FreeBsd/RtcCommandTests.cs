using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class RtcCommandTests
{
    private const int RegisterB = 0x0B;
    private const int Century = 0x32;

    private readonly OneVm _one = new();

    [Fact]
    public void TheTimeBeginsAtZero() => Assert.InRange(Time(), 0, 60);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)] // also the answer of a clock without a time
    [InlineData(951_782_400)] // the last day of February 2000
    [InlineData(253_402_300_700)] // the last minutes of 9999
    [InlineData(-62_135_596_800)] // the first second of the year 1
    public void TheTimeIsWhatWasSet(long seconds)
    {
        Assert.Equal(0, SetTime(seconds));
        Assert.InRange(Time(), seconds, seconds + 60);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800)]
    [InlineData(-62_135_596_801)]
    public void ATimeOutsideTheCalendarIsRefusedAndChangesNothing(long seconds)
    {
        Assert.Equal(0, SetTime(1_000_000));
        Assert.Equal(Errno.EINVAL, SetTime(seconds));
        Assert.InRange(Time(), 1_000_000, 1_000_060);
    }

    [Fact]
    public void TheRegistersShowTheTime()
    {
        Assert.Equal(0, SetTime(new DateTimeOffset(2024, 2, 29, 12, 30, 0, TimeSpan.Zero).ToUnixTimeSeconds()));
        Assert.Equal([0x12, 0x05, 0x29, 0x02, 0x24, 0x20], new[] { 4, 6, 7, 8, 9, Century }.Select(Read));
    }

    [Fact]
    public void MemoryTakesBytesAndTheClocksOwnRegistersDoNot()
    {
        for (int offset = 0; offset < 128; offset++)
        {
            bool isMemory = offset > 13 && offset != Century;
            byte before = Read(offset);
            Assert.Equal(isMemory ? 0 : Errno.EINVAL, Write(offset, 0xA5));
            if (isMemory)
            {
                Assert.Equal(0xA5, Read(offset));
            }
            else if (offset > 9)
            {
                Assert.Equal(before & 0x7F, Read(offset) & 0x7F); // but for the flag of an update under way
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(128)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void ThereAre128Bytes(int offset)
    {
        Assert.Equal(Errno.EINVAL, Write(offset, 1));
        Assert.Equal(Errno.EINVAL, _one.Vm.Ioctl(VmCommandWords.VM_RTC_READ, new vm_rtc_data { offset = offset }));
    }

    [Fact]
    public void AResetKeepsTimeAndMemory()
    {
        Assert.Equal(0, SetTime(2_000_000));
        Assert.Equal(0, Write(0x40, 0x77));
        Assert.Equal(0, _one.Vm.Ioctl(VmCommandWords.VM_REINIT, null));
        Assert.InRange(Time(), 2_000_000, 2_000_060);
        Assert.Equal(0x77, Read(0x40));
        Assert.Equal(0x02, Read(RegisterB)); // 24 hours, no interrupt enabled
    }

    [Fact]
    public void EachVmHasItsOwn()
    {
        Assert.Equal(0, _one.Control.Create("b"));
        VmHandle other = _one.Host.OpenVm("b");
        Assert.Equal(0, SetTime(3_000_000));
        vm_rtc_time time = default;
        Assert.Equal(0, other.Ioctl(VmCommandWords.VM_RTC_GETTIME, ref time));
        Assert.InRange(time.secs, 0, 60);
        Assert.Equal(0, _one.Control.Destroy("b"));
        Assert.Equal(Errno.ENXIO, other.Ioctl(VmCommandWords.VM_RTC_GETTIME, ref time));
    }

    private long Time()
    {
        vm_rtc_time time = default;
        Assert.Equal(0, _one.Vm.Ioctl(VmCommandWords.VM_RTC_GETTIME, ref time));
        return time.secs;
    }

    private int SetTime(long seconds) => _one.Vm.Ioctl(VmCommandWords.VM_RTC_SETTIME, new vm_rtc_time { secs = seconds });

    private byte Read(int offset)
    {
        vm_rtc_data data = new() { offset = offset };
        Assert.Equal(0, _one.Vm.Ioctl(VmCommandWords.VM_RTC_READ, ref data));
        return data.value;
    }

    private int Write(int offset, byte value) => _one.Vm.Ioctl(VmCommandWords.VM_RTC_WRITE, new vm_rtc_data { offset = offset, value = value });
}
