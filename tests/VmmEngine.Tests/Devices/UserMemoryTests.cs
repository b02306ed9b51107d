using System.Runtime.InteropServices;
using VmmEngine.Devices;
using Xunit;

namespace VmmEngine.Tests.Devices;

public unsafe partial class UserMemoryTests : IDisposable
{
    private const nuint PageSize = 4096;
    private const int None = 0;
    private const int Read = 1;
    private const int Write = 2;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _pages = Map(0, 2 * PageSize, Read | Write, PrivateAnonymous, -1, 0);

    private byte* SecondPage => _pages + PageSize;

    [Fact]
    public void BytesArriveInBothDirections()
    {
        ulong own = 0x0123_4567_89AB_CDEF;
        Assert.True(UserMemory.TryCopyOut(&own, _pages + 3, sizeof(ulong)));
        ulong back = 0;
        Assert.True(UserMemory.TryCopyIn(_pages + 3, &back, sizeof(ulong)));
        Assert.Equal(own, back);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(8ul)]
    [InlineData(0x8000_0000_0000_0000ul)]
    [InlineData(0xFFFF_FFFF_FFFF_FFF8ul)]
    public void AnAddressWithoutMemoryIsAnAnswer(ulong address)
    {
        ulong own = 0;
        Assert.False(UserMemory.TryCopyIn((void*)address, &own, sizeof(ulong)));
        Assert.False(UserMemory.TryCopyOut(&own, (void*)address, sizeof(ulong)));
    }

    [Fact]
    public void NothingIsTouchedForNoBytes()
    {
        Assert.True(UserMemory.TryCopyIn(null, null, 0));
        Assert.True(UserMemory.TryCopyOut(null, null, 0));
    }

    [Fact]
    public void AReadOnlyPageIsReadAndNotWritten()
    {
        Assert.Equal(0, Protect(_pages, PageSize, Read));
        ulong own = 1;

        Assert.True(UserMemory.TryCopyIn(_pages, &own, sizeof(ulong)));
        Assert.False(UserMemory.TryCopyOut(&own, _pages, sizeof(ulong)));
        Assert.Equal(0, _pages[0]);
    }

    [Fact]
    public void ARangeThatRunsIntoAClosedPageIsRefused()
    {
        Assert.Equal(0, Protect(SecondPage, PageSize, None));
        ulong own = 1;

        Assert.False(UserMemory.TryCopyIn(SecondPage - 4, &own, sizeof(ulong)));
        Assert.False(UserMemory.TryCopyOut(&own, SecondPage - 4, sizeof(ulong)));
        Assert.True(UserMemory.TryCopyOut(&own, SecondPage - 8, sizeof(ulong)));
    }

    [Fact]
    public void CopyingAllocatesNothing()
    {
        ulong own = 1;
        UserMemory.TryCopyOut(&own, _pages, sizeof(ulong));

        nuint source = (nuint)(&own); // of this method's stack, which outlasts the calls
        Assert.Equal(0, Allocations.Of(() =>
        {
            UserMemory.TryCopyOut((void*)source, _pages, sizeof(ulong));
            UserMemory.TryCopyOut((void*)source, null, sizeof(ulong));
        }));
    }

    public void Dispose()
    {
        Assert.Equal(0, Unmap(_pages, 2 * PageSize));
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
