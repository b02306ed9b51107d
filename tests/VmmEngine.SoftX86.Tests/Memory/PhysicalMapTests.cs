using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Regions: order, borders, overlap, and the ends of the address space.</summary>
public sealed unsafe class PhysicalMapTests : IDisposable
{
    private const ulong Page = MemoryProcessor.Page;
    private readonly PhysicalMap* _map = PhysicalMap.Create();

    [Fact]
    public void EveryByteOfARegionIsFoundAndNoOther()
    {
        ulong[] starts = [0x8000_0000_0000, 0, 0xFFFF_0000, 0x4000, 0xFFFF_FFFF_FFFF_F000];
        for (int i = 0; i < starts.Length; i++)
        {
            Assert.Equal(0, Map(starts[i], Page));
        }

        foreach (ulong start in starts)
        {
            Assert.Equal(start, PhysicalMap.Find(_map, start)->Start);
            Assert.Equal(start, PhysicalMap.Find(_map, start + Page - 1)->Start);
            Assert.True(start + Page == 0 || PhysicalMap.Find(_map, start + Page) == null);
            Assert.True(start == 0 || PhysicalMap.Find(_map, start - 1) == null);
        }
    }

    [Theory]
    [InlineData(0x4000ul, 1ul, Errno.EEXIST)]
    [InlineData(0x3000ul, 1ul, 0)]
    [InlineData(0x3000ul, 2ul, Errno.EEXIST)]
    [InlineData(0x5000ul, 5ul, Errno.EEXIST)]
    [InlineData(0x6000ul, 1ul, 0)]
    [InlineData(0x0ul, 16ul, Errno.EEXIST)]
    [InlineData(0x4001ul, 1ul, Errno.EINVAL)]
    [InlineData(0x8000ul, 0ul, Errno.EINVAL)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul, 1ul, 0)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul, 2ul, Errno.EINVAL)]
    public void ARegionOverlapsNothing(ulong address, ulong pages, int expected)
    {
        Assert.Equal(0, Map(0x4000, 2 * Page));
        Assert.Equal(expected, Map(address, pages * Page));
    }

    [Fact]
    public void ExactlyWhatWasMappedIsTakenBack()
    {
        Map(0x4000, 2 * Page);
        Map(0x8000, Page);
        Assert.Equal(Errno.EINVAL, PhysicalMap.Unmap(_map, 0x4000, Page));
        Assert.Equal(Errno.EINVAL, PhysicalMap.Unmap(_map, 0x5000, Page));
        Assert.Equal(0, PhysicalMap.Unmap(_map, 0x4000, 2 * Page));
        Assert.True(PhysicalMap.Find(_map, 0x4000) == null);
        Assert.Equal(0x8000ul, PhysicalMap.Find(_map, 0x8000)->Start);
        Assert.Equal(0, Map(0x4000, Page));
    }

    public void Dispose() => PhysicalMap.Free(_map);

    // Nothing here touches the memory.
    private int Map(ulong address, ulong length) => PhysicalMap.Map(_map, address, (byte*)0x1000, length, MemoryProtection.All);
}
