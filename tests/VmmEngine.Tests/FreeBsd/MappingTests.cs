using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Memory;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class MappingTests
{
    private const ulong Page = 4096;

    private readonly GuestVm _guest = new();

    public MappingTests() => _guest.Allocate(0, 16 * Page);

    [Theory]
    [InlineData(0, 0, 0L, 4096UL, 0, 0, Errno.EINVAL)] // no protection
    [InlineData(0, 0, 0L, 4096UL, 8, 0, Errno.EINVAL)]
    [InlineData(0, 0, 0L, 4096UL, 7, 2, Errno.EINVAL)] // the IOMMU flag is output
    [InlineData(0, -1, 0L, 4096UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 11, 0L, 4096UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 1, 0L, 4096UL, 7, 0, Errno.EINVAL)] // not allocated
    [InlineData(0, 0, -4096L, 4096UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 0, 0L, 0UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 0, 4096L, 65536UL, 7, 0, Errno.EINVAL)] // behind the end
    [InlineData(0, 0, 0L, ulong.MaxValue - 4095, 7, 0, Errno.EINVAL)]
    [InlineData(0, 0, 4096L, ulong.MaxValue - 4095, 7, 0, Errno.EINVAL)] // the end overflows
    [InlineData(0, 0, long.MaxValue - 4095, 8192UL, 7, 0, Errno.EINVAL)]
    [InlineData(1, 0, 0L, 4096UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 0, 1L, 4096UL, 7, 0, Errno.EINVAL)]
    [InlineData(0, 0, 0L, 4097UL, 7, 0, Errno.EINVAL)]
    [InlineData(0x8000_0000_0000, 0, 0L, 4096UL, 7, 0, Errno.EFAULT)] // outside the address space
    [InlineData(0x7FFF_FFFF_F000, 0, 0L, 8192UL, 7, 0, Errno.EFAULT)]
    [InlineData(-4096, 0, 0L, 8192UL, 7, 0, Errno.EFAULT)]
    [InlineData(0x7FFF_FFFF_F000, 0, 0L, 4096UL, 7, 0, 0)]
    [InlineData(0, 0, 61440L, 4096UL, 1, 0, 0)] // the last page
    public void AMappingIsChecked(long gpa, int segment, long offset, ulong length, int protection, int flags, int expected)
    {
        Assert.Equal(expected, _guest.Map((ulong)gpa, segment, offset, length, protection, flags));
        Assert.Equal(expected == 0 ? 1 : 0, _guest.Backend.Shown.Count);
        HostAssert.NothingHeld(_guest.Vm);
    }

    [Theory]
    [InlineData(4UL, 4UL, Errno.EFAULT)]
    [InlineData(3UL, 2UL, Errno.EFAULT)]
    [InlineData(7UL, 2UL, Errno.EFAULT)]
    [InlineData(0UL, 16UL, Errno.EFAULT)]
    [InlineData(5UL, 1UL, Errno.EFAULT)]
    [InlineData(0UL, 4UL, 0)]
    [InlineData(8UL, 8UL, 0)]
    public void MappingsDoNotOverlap(ulong first, ulong pages, int expected)
    {
        Assert.Equal(0, _guest.Map(4 * Page, 0, 0, 4 * Page));
        Assert.Equal(expected, _guest.Map(first * Page, 0, 0, pages * Page));
    }

    [Fact]
    public void ThereAreTwentyTwoMappings()
    {
        for (ulong index = 0; index < 22; index++)
        {
            Assert.Equal(0, _guest.Map((22 - index) * Page, 0, 0, Page));
        }

        Assert.Equal(Errno.ENOSPC, _guest.Map(0, 0, 0, Page));
        Assert.Equal(Errno.ENOSPC, _guest.Map(22 * Page, 0, 0, Page)); // before the overlap
        Assert.Equal(Errno.EINVAL, _guest.Map(1, 0, 0, Page)); // after the alignment
        Assert.Equal(0, _guest.Unmap(3 * Page, Page));
        Assert.Equal(0, _guest.Map(0, 0, 0, Page));
    }

    [Fact]
    public void OneRangeOfASegmentIsSeenAtSeveralAddresses()
    {
        _guest.Map(0, 0, 0, 4 * Page);
        _guest.Map(1 << 20, 0, (long)Page, Page);
        _guest.Vm.Write((1 << 20) + 5, [42]);
        Assert.Equal(42, ReadByte((long)Page + 5));
        Assert.Equal(0, _guest.Unmap(0, 4 * Page));
        Assert.Equal(0, _guest.Map(2 << 20, 0, 0, 4 * Page));
        Assert.Equal(42, ReadByte((2 << 20) + (long)Page + 5)); // the bytes belong to the segment
    }

    [Fact]
    public void OnlyAWholeMappingIsUnmapped()
    {
        _guest.Map(4 * Page, 0, 0, 4 * Page);
        foreach ((ulong gpa, ulong length) in new[] { (4 * Page, Page), (5 * Page, 3 * Page), (0UL, 4 * Page), (4 * Page, 0UL), (4 * Page, 5 * Page) })
        {
            Assert.Equal(Errno.EINVAL, _guest.Unmap(gpa, length));
        }

        Assert.Equal(0, _guest.Unmap(4 * Page, 4 * Page));
        Assert.Equal(Errno.EINVAL, _guest.Unmap(4 * Page, 4 * Page));
        Assert.Empty(_guest.Backend.Shown);
    }

    [Fact]
    public void NothingAtAllMatchesAnEmptySlotUnlessToldOtherwise()
    {
        Assert.Equal(0, _guest.Unmap(0, 0));
        GuestVm careful = new(new FreeBsdHostOptions { Quirks = new FreeBsdQuirks { UnmapEmptySlots = false } });
        Assert.Equal(Errno.EINVAL, careful.Unmap(0, 0));

        for (ulong index = 0; index < 22; index++)
        {
            _guest.Map(index * Page, 0, 0, Page);
        }

        Assert.Equal(Errno.EINVAL, _guest.Unmap(0, 0)); // no slot is empty
    }

    [Fact]
    public void MappingsAreListedByTheirStart()
    {
        _guest.Map(8 * Page, 0, (long)(2 * Page), 2 * Page, vm_memory.VM_PROT_READ, vm_memory.VM_MEMMAP_F_WIRED);
        _guest.Map(2 * Page, 0, 0, Page);

        vm_memmap argument = new();
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_MMAP_GETNEXT, ref argument));
        Assert.Equal((2 * Page, 0, 0L, Page, 7, 0), Fields(argument));
        argument.gpa += argument.len;
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_MMAP_GETNEXT, ref argument));
        Assert.Equal((8 * Page, 0, (long)(2 * Page), 2 * Page, 1, 1), Fields(argument));
        argument.gpa++; // inside it: not the one that contains the address
        Assert.Equal(Errno.ENOENT, _guest.Vm.Ioctl(VmCommandWords.VM_MMAP_GETNEXT, ref argument));
    }

    [Fact]
    public void WiredPagesArePinnedUntilTheLastMappingOfThemGoes()
    {
        Hva host = _guest.Vm.Vm.Memory.Map.SegmentOf(0)!.Host.Address;
        Assert.Equal(0, Locked(host));
        Assert.Equal(0, _guest.Map(0, 0, 0, 4 * Page, flags: vm_memory.VM_MEMMAP_F_WIRED));
        Assert.Equal(16, Locked(host));
        Assert.Equal(0, _guest.Map(1 << 20, 0, (long)(2 * Page), 4 * Page, flags: vm_memory.VM_MEMMAP_F_WIRED));
        Assert.Equal(24, Locked(host));
        _guest.Unmap(0, 4 * Page);
        Assert.Equal(16, Locked(host));
        _guest.Unmap(1 << 20, 4 * Page);
        Assert.Equal(0, Locked(host));
    }

    [Fact]
    public void WhatTheBackEndRefusesIsNotMapped()
    {
        _guest.Backend.RefusesToMap = true;
        Assert.Equal(Errno.ENOMEM, _guest.Map(0, 0, 0, Page));
        Assert.Equal(Errno.ENOENT, _guest.Vm.Ioctl(VmCommandWords.VM_MMAP_GETNEXT, new vm_memmap()));
        _guest.Backend.RefusesToMap = false;
        Assert.Equal(0, _guest.Map(0, 0, 0, Page));
    }

    [Fact]
    public void AVmWithoutABackEndHasMemoryToo()
    {
        OneVm one = new();
        Assert.Equal(0, one.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { len = Page }));
        Assert.Equal(0, one.Vm.Ioctl(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { len = Page, prot = 7 }));
        Assert.Equal(0, one.Vm.Write(0, [1]));
        Assert.Equal(0, one.Vm.Ioctl(VmCommandWords.VM_MUNMAP_MEMSEG, new vm_munmap { len = Page }));
        Assert.Equal(0, one.Control.Destroy("a"));
    }

    private static (ulong Gpa, int Segment, long Offset, ulong Length, int Protection, int Flags) Fields(vm_memmap map) =>
        (map.gpa, map.segid, map.segoff, map.len, map.prot, map.flags);

    private byte ReadByte(long offset)
    {
        byte[] one = new byte[1];
        Assert.Equal(0, _guest.Vm.Read(offset, one));
        return one[0];
    }

    // KiB pinned of the mapping that begins at an address, in the parts that the kernel has divided it into.
    private static int Locked(Hva host)
    {
        ulong end = host.Value + (16 * Page);
        bool inside = false;
        int locked = 0;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string first = line.Split(' ')[0];
            if (first.Contains('-') && ulong.TryParse(first.Split('-')[0], System.Globalization.NumberStyles.HexNumber, null, out ulong start))
            {
                inside = start >= host.Value && start < end;
            }
            else if (inside && line.StartsWith("Locked:", StringComparison.Ordinal))
            {
                locked += int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return locked;
    }
}
