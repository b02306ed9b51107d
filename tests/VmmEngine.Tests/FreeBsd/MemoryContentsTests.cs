using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Memory;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>read, write and mmap of a VM's device, and of its device memory.</summary>
public class MemoryContentsTests
{
    private const ulong Page = 4096;
    private const long Rom = 1 << 20;

    private readonly GuestVm _guest = new();

    // Four pages of system memory at 0, a hole, four at 8 pages; device memory above, of which the guest may only read the second page.
    public MemoryContentsTests()
    {
        _guest.Allocate(0, 8 * Page);
        _guest.Map(0, 0, 0, 4 * Page);
        _guest.Map(8 * Page, 0, (long)(4 * Page), 4 * Page);
        _guest.Allocate(8, 2 * Page, "rom");
        _guest.Map((ulong)Rom, 8, 0, Page);
        _guest.Map((ulong)Rom + Page, 8, (long)Page, Page, vm_memory.VM_PROT_READ);
    }

    private VmHandle Vm => _guest.Vm;

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        byte[] bytes = new byte[3 * Page];
        Random.Shared.NextBytes(bytes);
        Assert.Equal(0, Vm.Write(100, bytes));
        byte[] read = new byte[3 * Page];
        Assert.Equal(0, Vm.Read(100, read));
        Assert.Equal(bytes, read);
        Assert.Equal((100UL, Page - 100), _guest.Backend.Written[0]);
        Assert.Equal(bytes.Length, _guest.Backend.Written.Sum(written => (int)written.Length));
    }

    [Fact]
    public void AHoleBelowTheEndOfSystemMemoryReadsAsZerosAndCannotBeWritten()
    {
        byte[] read = [.. Enumerable.Repeat((byte)7, (int)(8 * Page))];
        Vm.Write((long)(4 * Page) - 1, [9]);
        Assert.Equal(0, Vm.Read((long)(4 * Page) - 1, read));
        Assert.Equal(9, read[0]);
        Assert.All(read[1..], value => Assert.Equal(0, value));
        Assert.Equal(Errno.EFAULT, Vm.Write((long)(6 * Page), [1]));
    }

    [Fact]
    public void NothingIsReadFromTheEndOfSystemMemoryOn()
    {
        Assert.Equal(Errno.EFAULT, Vm.Read((long)(12 * Page), new byte[1]));
        Assert.Equal(Errno.EFAULT, Vm.Read(-1, new byte[1]));
        Assert.Equal(Errno.EFAULT, Vm.Read(long.MinValue, new byte[1]));
        Assert.Equal(Errno.EFAULT, Vm.Write(-1, new byte[2]));
        Assert.Equal(0, Vm.Read(-1, []));
    }

    [Fact]
    public void PagesBeforeTheBadOneAreTransferred()
    {
        byte[] two = [.. Enumerable.Repeat((byte)5, (int)(2 * Page))];
        Assert.Equal(Errno.EFAULT, Vm.Write((long)(3 * Page), two));
        byte[] read = new byte[1];
        Vm.Read((long)(4 * Page) - 1, read);
        Assert.Equal(5, read[0]);
        Assert.Equal(Errno.EFAULT, Vm.Read((long)(11 * Page), two));
        Assert.Equal(0, two[0]);
        Assert.Equal(5, two[^1]);
    }

    [Fact]
    public void DeviceMemoryIsAccessibleAsItsMappingAllows()
    {
        Assert.Equal(0, Vm.Write(Rom, [3]));
        Assert.Equal(Errno.EFAULT, Vm.Write(Rom + (long)Page, [3]));
        Assert.Equal(0, Vm.Read(Rom + (long)Page, new byte[1]));
        Assert.Equal(0, _guest.Unmap((ulong)Rom, Page));
        Assert.Equal(0, _guest.Map((ulong)Rom, 8, 0, Page, vm_memory.VM_PROT_WRITE));
        Assert.Equal(Errno.EFAULT, Vm.Read(Rom, new byte[1]));
    }

    [Fact]
    public void ADescriptorReadsAndWritesWhatItIsOpenFor()
    {
        VmHandle read = _guest.One.Host.OpenVm("a", mode: OpenMode.Read);
        VmHandle write = _guest.One.Host.OpenVm("a", mode: OpenMode.Write);
        Assert.Equal((0, Errno.EBADF), (read.Read(0, new byte[1]), read.Write(0, new byte[1])));
        Assert.Equal((Errno.EBADF, 0), (write.Read(0, new byte[1]), write.Write(0, new byte[1])));
        Assert.Equal(Errno.EACCES, read.Map(0, Page, MemoryProtection.Write, out _));
        Assert.Equal(Errno.EACCES, write.Map(0, Page, MemoryProtection.Write, out _));
        Assert.Equal(0, read.Map(0, Page, MemoryProtection.Read, out HostMapping? mapping));
        mapping!.Dispose();
        read.Close();
        Assert.Equal(Errno.EBADF, read.Read(0, new byte[1]));
        Assert.Equal(Errno.EBADF, read.Map(0, Page, MemoryProtection.Read, out _));
    }

    [Theory]
    [InlineData(0L, 4096UL, MemoryProtection.All, Errno.EINVAL)]
    [InlineData(-4096L, 4096UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(0L, 0UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(0L, ulong.MaxValue, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(0L, 5 * 4096UL, MemoryProtection.Read, Errno.ENOENT)] // into the hole
    [InlineData(4 * 4096L, 4096UL, MemoryProtection.Read, Errno.ENOENT)]
    [InlineData(12 * 4096L, 4096UL, MemoryProtection.Read, Errno.ENOENT)]
    [InlineData(Rom, 4096UL, MemoryProtection.Read, Errno.EINVAL)] // device memory
    [InlineData(Rom, 8192UL, MemoryProtection.Read, Errno.ENOENT)] // two mappings of it
    [InlineData(8 * 4096L, 4 * 4096UL, MemoryProtection.Read, 0)]
    [InlineData(100L, 100UL, MemoryProtection.Read | MemoryProtection.Write, 0)]
    public void OneMappingOfSystemMemoryCanBeMapped(long offset, ulong length, MemoryProtection protection, int expected)
    {
        Assert.Equal(expected, Vm.Map(offset, length, protection, out HostMapping? mapping));
        Assert.Equal(expected == 0, mapping is not null);
        Assert.Equal(expected == 0 ? length : 0, mapping?.Length ?? 0);
        mapping?.Dispose();
        HostAssert.NothingHeld(Vm);
    }

    [Fact]
    public void AMappingShowsTheSameBytesAndOutlivesEverything()
    {
        Assert.Equal(0, Vm.Map((long)(8 * Page) + 10, 20, MemoryProtection.Read | MemoryProtection.Write, out HostMapping? mapping));
        mapping!.Bytes[0] = 77;
        byte[] read = new byte[1];
        Vm.Read((long)(8 * Page) + 10, read);
        Assert.Equal(77, read[0]);

        Assert.Equal(0, _guest.Unmap(8 * Page, 4 * Page));
        Assert.Equal(0, _guest.Suspend());
        Assert.Equal(0, _guest.Reinitialize());
        Assert.Equal(0, _guest.One.Control.Destroy("a"));
        Assert.Equal(77, mapping.Bytes[0]);
        mapping.Bytes[19] = 1;
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapping.Bytes.Length);
        Assert.Equal(Errno.ENXIO, Vm.Read(0, read));
        Assert.Equal(Errno.ENXIO, Vm.Write(0, read));
        Assert.Equal(Errno.ENXIO, Vm.Map(0, Page, MemoryProtection.Read, out _));
    }

    [Fact]
    public void AGuestsRomIsWrittenThroughAMapping()
    {
        _guest.Allocate(1, Page);
        _guest.Map(2 * Rom, 1, 0, Page, vm_memory.VM_PROT_READ | vm_memory.VM_PROT_EXECUTE);
        Assert.Equal(Errno.EFAULT, Vm.Write(2 * Rom, [1]));
        Assert.Equal(0, Vm.Map(2 * Rom, Page, MemoryProtection.Read | MemoryProtection.Write, out HostMapping? mapping));
        mapping!.Bytes[0] = 0xF4;
        byte[] read = new byte[1];
        Assert.Equal(0, Vm.Read(2 * Rom, read));
        Assert.Equal(0xF4, read[0]);
        mapping.Dispose();
    }

    [Theory]
    [InlineData(0L, 8192UL, MemoryProtection.Read, 0)]
    [InlineData(4096L, 4096UL, MemoryProtection.Read | MemoryProtection.Write, 0)]
    [InlineData(0L, 8193UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(4097L, 4096UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(-1L, 1UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(0L, 0UL, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(long.MaxValue, ulong.MaxValue, MemoryProtection.Read, Errno.EINVAL)]
    [InlineData(0L, 4096UL, MemoryProtection.All, Errno.EINVAL)]
    public void ADeviceMemoryNodeIsMappedFromTheSegmentsStart(long offset, ulong length, MemoryProtection protection, int expected)
    {
        DeviceMemoryHandle node = Node();
        Assert.Equal(expected, node.Map(offset, length, protection, out HostMapping? mapping));
        mapping?.Dispose();
    }

    [Fact]
    public unsafe void ANodeEndsWithItsVmAndTakesNoCommands()
    {
        DeviceMemoryHandle node = Node();
        Assert.Equal(0, node.Map(0, 2 * Page, MemoryProtection.Read, out HostMapping? mapping));
        Vm.Write(Rom, [11]);
        Assert.Equal(11, mapping!.Bytes[0]);

        int argument = 0;
        Assert.Equal(Errno.ENODEV, node.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &argument));
        Assert.Equal(Errno.EFAULT, node.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, null));
        Assert.Equal(Errno.EACCES, _guest.One.Host.Open("/dev/vmm.io/a.rom", OpenMode.ReadWrite, Users.Alice, out _));
        Assert.Equal(Errno.ENOENT, _guest.One.Host.Open("/dev/vmm.io/a.ram", OpenMode.ReadWrite, Users.Root, out _));

        Assert.Equal(0, _guest.One.Control.Destroy("a"));
        Assert.Equal(Errno.ENXIO, node.Map(0, Page, MemoryProtection.Read, out _));
        Assert.Equal(Errno.ENOENT, _guest.One.Host.Open("/dev/vmm.io/a.rom", OpenMode.ReadWrite, Users.Root, out _));
        Assert.Equal(11, mapping.Bytes[0]);
        mapping.Dispose();
        Assert.Equal(0, node.Close());
        Assert.Equal(Errno.EBADF, node.Map(0, Page, MemoryProtection.Read, out _));
        Assert.Equal(Errno.EBADF, node.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &argument));
    }

    private DeviceMemoryHandle Node()
    {
        Assert.Equal(0, _guest.One.Host.Open("/dev/vmm.io/a.rom", OpenMode.ReadWrite, Users.Root, out DeviceHandle? handle));
        return Assert.IsType<DeviceMemoryHandle>(handle);
    }
}
