using System.Runtime.InteropServices;
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
        Assert.NotSame(_segment.File, device.File);
        Assert.Equal([new SegmentPiece(0, Page, 0)], device.Pieces.ToArray());
        Assert.True(device.IsDevice);
    }

    [Fact]
    public void SystemMemoryLiesInItsFileWhereTheGuestFirstSeesIt() => Assert.Equal(
        [new SegmentPiece(0, 4 * Page, 2 * Page), new SegmentPiece(4 * Page, Page, 6 * Page), new SegmentPiece(7 * Page, Page, 9 * Page)],
        _segment.Pieces.ToArray());

    [Fact]
    public void WhatHasAPlaceKeepsItAndTheRestIsFittedIn()
    {
        Add(20, 3, 4, MemoryProtection.All); // pages 3 and 4 have theirs, 5 and 6 get it
        Assert.Contains(new SegmentPiece(5 * Page, 2 * Page, 22 * Page), _segment.Pieces.ToArray());
        Assert.Equal(4, _segment.Pieces.Length);
    }

    [Fact]
    public void APlaceThatIsTakenIsNotGivenAgain()
    {
        Assert.True(_memory.Map.TryFind(new Gpa(9 * Page), out MemoryMapping? mapping));
        _memory.Remove(mapping);
        MemorySegment second = _memory.TryAllocate(1, 2 * Page, [])!;
        Assert.True(_memory.TryAdd(new MemoryMapping(9 * Page, 2 * Page, second, 0, MemoryProtection.All, IsWired: false)));
        SegmentPiece piece = Assert.Single(second.Pieces.ToArray());
        Assert.True(piece.FileOffset > 11 * Page);
    }

    [Fact]
    public void AMappingForAClientPutsThePiecesTogether()
    {
        using (HostMapping own = _segment.TryMap((3 * Page) + 8, Page, MemoryProtection.Read | MemoryProtection.Write)!)
        {
            own.Bytes[^8] = 1; // the first byte of page 4 of the segment, elsewhere in the file
        }

        Assert.Equal(1, Marshal.ReadByte((nint)_segment.Host.Address.Value, 4 * (int)Page));
    }

    [Fact]
    public unsafe void MemoryBeginsAsZeros() =>
        Assert.All(new ReadOnlySpan<byte>(_segment.Host.Address.Bytes, (int)(8 * Page)).ToArray(), value => Assert.Equal(0, value));

    [Fact]
    public void NothingIsLeftOfDisposedMemory()
    {
        HashSet<string> files = [];
        for (int round = 0; round < 10; round++)
        {
            using GuestMemory memory = new(4);
            MemorySegment segment = memory.TryAllocate(0, 1 << 20, [])!;
            Assert.True(memory.TryPlace(segment, 0, 1 << 20, 0));
            MemorySegment device = memory.TryAllocate(1, 1 << 20, "device"u8)!;
            files.Add(FileOf(segment));
            files.Add(FileOf(device));
        }

        Assert.Equal(20, files.Count);
        Assert.DoesNotContain(HostFiles.Open, files.Contains);
        Assert.DoesNotContain(HostFiles.Mapped, files.Contains);
    }

    // Of this test's own, whatever other tests have open meanwhile. While it is there it is found both ways.
    private static string FileOf(MemorySegment segment)
    {
        string file = HostFiles.At(segment.Host.Address);
        Assert.Contains(file, HostFiles.Open);
        Assert.Contains(file, HostFiles.Mapped);
        return file;
    }

    private void Add(ulong page, ulong segmentPage, ulong pages, MemoryProtection protection) =>
        Assert.True(_memory.TryAdd(new MemoryMapping(page * Page, pages * Page, _segment, segmentPage * Page, protection, IsWired: false)));
}
