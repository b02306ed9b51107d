using VmmEngine.Bus;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Tests.Bus;

public class MmioMapTests
{
    private readonly DeviceBus _bus = new();

    [Fact]
    public void ADeviceAnswersExactlyItsRangeWithOffsets()
    {
        LogMemory device = new(0x77);
        _bus.MapMmio(new Gpa(0xFED0_0000), 0x400, device);

        Assert.False(_bus.TryReadMmio(0xFECF_FFFF, 1, out _));
        Assert.True(_bus.TryReadMmio(0xFED0_0000, 8, out ulong value));
        Assert.True(_bus.TryWriteMmio(0xFED0_03FC, 4, 9));
        Assert.False(_bus.TryWriteMmio(0xFED0_0400, 1, 9));
        Assert.Equal(0x77UL, value);
        Assert.Equal([('r', 0UL, 8, 0UL), ('w', 0x3FCUL, 4, 9UL)], device.Log);
    }

    [Theory]
    [InlineData(0xFED0_03FDul)]
    [InlineData(0xFECF_FFFDul)]
    public void AnAccessThatReachesBeyondTheRangeIsNobodys(ulong address)
    {
        LogMemory device = new();
        _bus.MapMmio(new Gpa(0xFED0_0000), 0x400, device);

        Assert.False(_bus.TryReadMmio(address, 4, out _));
        Assert.False(_bus.TryWriteMmio(address, 4, 0));
        Assert.Empty(device.Log);
    }

    [Fact]
    public void AddressesThatWrapReachNobody()
    {
        _bus.MapMmio(new Gpa(0), 0x1000, new LogMemory());
        _bus.MapMmio(new Gpa(ulong.MaxValue - 0xFFF), 0x1000, new LogMemory(5));

        Assert.True(_bus.TryReadMmio(ulong.MaxValue, 1, out ulong value));
        Assert.Equal(5UL, value);
        Assert.False(_bus.TryReadMmio(ulong.MaxValue, 2, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bus.MapMmio(new Gpa(ulong.MaxValue), 2, new LogMemory()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bus.MapMmio(new Gpa(0), 0, new LogMemory()));
    }

    [Fact]
    public void PartsOfAPageCrossingAccessArriveAsBytes()
    {
        LogMemory device = new(0xAB);
        _bus.MapMmio(new Gpa(0x1000), 0x1000, device);

        Assert.True(_bus.TryReadMmio(0x1FFD, 3, out ulong value));
        Assert.True(_bus.TryWriteMmio(0x1000, 5, 0x55_4433_2211));
        Assert.Equal(0xAB_ABABUL, value);
        Assert.Equal([0xFFD, 0xFFE, 0xFFF, 0, 1, 2, 3, 4], device.Log.Select(access => access.Offset));
        Assert.Equal([0x11, 0x22, 0x33, 0x44, 0x55], device.Log.Skip(3).Select(access => access.Value));
    }

    [Fact]
    public void AConflictNamesBothSides()
    {
        _bus.MapMmio(new Gpa(0x1000), 0x1000, new LogMemory(1));

        ArgumentException refused = Assert.Throws<ArgumentException>(() => _bus.MapMmio(new Gpa(0x1FFF), 1, new LogMemory(2)));

        Assert.Contains("0x1FFF to 0x1FFF cannot be given to LogMemory: LogMemory has 0x1000 to 0x1FFF.", refused.Message);
        Assert.Throws<ArgumentException>(() => _bus.MapMmio(new Gpa(0), ulong.MaxValue, new LogMemory()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(100)]
    public void EveryOneOfManyRangesIsFound(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ulong shuffled = (ulong)(i * 37 % count);
            _bus.MapMmio(new Gpa(shuffled * 0x2000), 0x1000, new LogMemory(shuffled));
        }

        int distinct = Enumerable.Range(0, count).Select(i => i * 37 % count).Distinct().Count();
        Assert.Equal(count, distinct);
        for (ulong i = 0; i < (ulong)count; i++)
        {
            Assert.True(_bus.TryReadMmio((i * 0x2000) + 0xFFF, 1, out ulong value));
            Assert.Equal(i, value);
            Assert.False(_bus.TryReadMmio((i * 0x2000) + 0x1000, 1, out _));
        }

        _bus.UnmapMmio(new Gpa(0), 0x1000);
        Assert.False(_bus.TryReadMmio(0, 1, out _));
        Assert.Throws<ArgumentException>(() => _bus.UnmapMmio(new Gpa(0x2000), 0x800));
    }
}
