using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Tests.Memory;

public sealed class MemoryMapTests : IDisposable
{
    private const ulong Page = 4096;

    private readonly GuestMemory _memory = new(segmentLimit: 4);
    private readonly MemorySegment _segment;

    // Pages 2 to 5 of the guest, page 6 read-only, and page 9.
    public MemoryMapTests()
    {
        _segment = _memory.TryAllocate(0, 8 * Page, [])!;
        Add(2, 0, 4, MemoryProtection.All);
        Add(6, 4, 1, MemoryProtection.Read);
        Add(9, 7, 1, MemoryProtection.Read | MemoryProtection.Write);
    }

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(2 * 4096UL, 4096UL, MemoryProtection.Read, 0L)]
    [InlineData(2 * 4096UL + 5, 10UL, MemoryProtection.All, 5L)]
    [InlineData(5 * 4096UL, 4096UL, MemoryProtection.Write, 3 * 4096L)]
    [InlineData(2 * 4096UL, 4 * 4096UL, MemoryProtection.Read, 0L)]
    [InlineData(2 * 4096UL, 0UL, MemoryProtection.Read, 0L)]
    [InlineData(9 * 4096UL + 4095, 1UL, MemoryProtection.Write, 8 * 4096L - 1)]
    [InlineData(2 * 4096UL, 4 * 4096UL + 1, MemoryProtection.Read, -1L)] // over the end of a mapping
    [InlineData(2 * 4096UL - 1, 2UL, MemoryProtection.Read, -1L)]
    [InlineData(6 * 4096UL, 1UL, MemoryProtection.Write, -1L)]
    [InlineData(9 * 4096UL, 1UL, MemoryProtection.Execute, -1L)]
    [InlineData(7 * 4096UL, 1UL, MemoryProtection.Read, -1L)]
    [InlineData(10 * 4096UL, 1UL, MemoryProtection.Read, -1L)]
    [InlineData(9 * 4096UL + 1, ulong.MaxValue, MemoryProtection.Read, -1L)] // the end overflows
    [InlineData(ulong.MaxValue, 1UL, MemoryProtection.Read, -1L)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, MemoryProtection.Read, -1L)]
    public void ARangeIsTranslatedInsideOneMapping(ulong address, ulong length, MemoryProtection access, long expected)
    {
        bool translated = _memory.Map.TryTranslate(new Gpa(address), length, access, out Hva host);
        Assert.Equal(expected >= 0, translated);
        Assert.Equal(translated ? _segment.Host.Address.Value + (nuint)expected : 0, host.Value);
    }

    [Fact]
    public void ASnapshotDoesNotChange()
    {
        MemoryMap before = _memory.Map;
        Assert.True(before.TryFind(new Gpa(9 * Page), out MemoryMapping? mapping));
        _memory.Remove(mapping);
        Assert.True(before.TryFind(new Gpa(9 * Page), out _));
        Assert.False(_memory.Map.TryFind(new Gpa(9 * Page), out _));
        Assert.Equal((3, 2), (before.Count, _memory.Map.Count));
    }

    [Fact]
    public void SystemMemoryIsOneFileAndDeviceMemoryAnotherEach()
    {
        MemorySegment second = _memory.TryAllocate(1, 2 * Page, [])!;
        MemorySegment device = _memory.TryAllocate(2, Page, "rom"u8)!;
        Assert.Same(_segment.File, second.File);
        Assert.Equal((0UL, 8 * Page), (_segment.FileOffset, second.FileOffset));
        Assert.NotSame(_segment.File, device.File);
        Assert.Equal(0UL, device.FileOffset);
        Assert.True(device.IsDevice);
    }

    [Fact]
    public void WhatIsTakenBackLeavesRoom()
    {
        MemorySegment second = _memory.TryAllocate(1, 2 * Page, [])!;
        _memory.Release(second);
        Assert.Null(_memory.Map.SegmentOf(1));
        Assert.Equal(8 * Page, _memory.TryAllocate(1, Page, [])!.FileOffset);
    }

    [Fact]
    public unsafe void MemoryBeginsAsZeros() =>
        Assert.All(new ReadOnlySpan<byte>(_segment.Host.Address.Bytes, (int)(8 * Page)).ToArray(), value => Assert.Equal(0, value));

    [Fact]
    public void NothingIsLeftOfDisposedMemory()
    {
        int files = Count();
        for (int round = 0; round < 50; round++)
        {
            using GuestMemory memory = new(4);
            Assert.NotNull(memory.TryAllocate(0, 1 << 20, []));
            Assert.NotNull(memory.TryAllocate(1, 1 << 20, "device"u8));
        }

        Assert.InRange(Count(), 0, files + 20); // other tests open files too, but not a hundred

        static int Count() => Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains("guest-memory", StringComparison.Ordinal) == true);
    }

    private void Add(ulong page, ulong segmentPage, ulong pages, MemoryProtection protection) =>
        Assert.True(_memory.TryAdd(new MemoryMapping(page * Page, pages * Page, _segment, segmentPage * Page, protection, IsWired: false)));
}
