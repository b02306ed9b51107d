using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class SegmentTests
{
    private const ulong Page = 4096;

    private readonly GuestVm _guest = new();

    [Theory]
    [InlineData(-1, 4096UL)]
    [InlineData(11, 4096UL)]
    [InlineData(0, 0UL)]
    [InlineData(0, 4095UL)]
    [InlineData(0, 0x8000_0000_0000_0001UL)]
    public void ASegmentHasAnIdFrom0To10AndWholePages(int id, ulong length) => Assert.Equal(Errno.EINVAL, _guest.Allocate(id, length));

    [Fact]
    public void TheSameAgainIsThereAlreadyAndAnotherIsWrong()
    {
        Assert.Equal(0, _guest.Allocate(3, Page));
        Assert.Equal(Errno.EEXIST, _guest.Allocate(3, Page));
        Assert.Equal(Errno.EINVAL, _guest.Allocate(3, 2 * Page));
        Assert.Equal(Errno.EINVAL, _guest.Allocate(3, Page, "rom"));

        Assert.Equal(0, _guest.Allocate(8, Page, "rom"));
        Assert.Equal(Errno.EEXIST, _guest.Allocate(8, Page, "rom"));
        Assert.Equal(Errno.EEXIST, _guest.Allocate(8, Page, "other")); // kind and length are all that is compared
        Assert.Equal(Errno.EINVAL, _guest.Allocate(8, Page));
    }

    [Fact]
    public void MoreThanAHostCanHaveIsNoMemory()
    {
        Assert.Equal(Errno.ENOMEM, _guest.Allocate(0, 1UL << 62));
        Assert.Equal(Errno.ENOMEM, _guest.Allocate(0, ulong.MaxValue & ~(Page - 1)));
        Assert.Equal(Errno.ENOMEM, _guest.Allocate(8, 1UL << 62, "rom"));
        Assert.Equal(0, _guest.Allocate(0, Page));
        Assert.Equal(0, _guest.Allocate(8, Page, "rom"));
    }

    [Fact]
    public void ATebibyteCostsNothingUntilItIsTouched()
    {
        Assert.Equal(0, _guest.Allocate(0, 1UL << 40));
        Assert.Equal(0, _guest.Map(0, 0, 0, 1UL << 40));
        byte[] word = [1, 2, 3];
        Assert.Equal(0, _guest.Vm.Write((1L << 40) - 3, word));
        byte[] read = new byte[3];
        Assert.Equal(0, _guest.Vm.Read((1L << 40) - 3, read));
        Assert.Equal(word, read);
    }

    [Fact]
    public void ANameWithoutAnEndComesBeforeEverythingElse()
    {
        Assert.Equal(Errno.ENAMETOOLONG, _guest.Allocate(-1, 0, new string('a', 16)));
        Assert.Equal(0, _guest.Allocate(8, Page, new string('a', 15)));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\"")]
    [InlineData("a/")]
    [InlineData("x/..")]
    public void DeviceMemoryNeedsANodesName(string name)
    {
        Assert.Equal(Errno.EINVAL, _guest.Allocate(8, Page, name));
        Assert.Equal(0, _guest.Allocate(8, Page)); // nothing was left of the first
    }

    [Fact]
    public void TwoSegmentsCannotHaveOneNode()
    {
        Assert.Equal(0, _guest.Allocate(8, Page, "rom"));
        Assert.Equal(Errno.EEXIST, _guest.Allocate(9, Page, "rom"));

        _guest.One.Control.Create("a.b");
        Assert.Equal(0, _guest.Allocate(10, Page, "b.c"));
        VmHandle other = _guest.One.Host.OpenVm("a.b");
        vm_memseg argument = new() { segid = 8, len = Page };
        argument.name[0] = (byte)'c';
        Assert.Equal(Errno.EEXIST, other.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, ref argument));
    }

    [Fact]
    public void ASegmentIsDescribed()
    {
        _guest.Allocate(0, 3 * Page);
        _guest.Allocate(9, Page, "framebuffer");

        Assert.Equal((0, 3 * Page, ""), Describe(0, fill: (byte)'x'));
        Assert.Equal((0, Page, "framebuffer"), Describe(9));
        Assert.Equal((0, 0UL, "xxxxxxxxxxxxxxxx"), Describe(10, fill: (byte)'x')); // the name stays as it came
        Assert.Equal(Errno.EINVAL, Describe(11).Error);
        Assert.Equal(Errno.EINVAL, Describe(-1).Error);
    }

    [Fact]
    public void OlderFormsNumberTheSegmentsOtherwise()
    {
        vm_memseg_14 rom = new() { segid = 1, len = Page };
        rom.name[0] = (byte)'r';
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_14, ref rom));
        Assert.Equal((0, Page, "r"), Describe(8));

        vm_memseg_12 get = new() { segid = 1 };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_MEMSEG_12, ref get));
        Assert.Equal((8, Page, (byte)'r'), (get.segid, get.len, get.name[0]));

        vm_memseg_12 system = new() { segid = 0, len = Page };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_12, ref system));
        Assert.Equal((0, Page, ""), Describe(0));

        system.segid = 4;
        Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_12, ref system));
        system.segid = int.MaxValue;
        Assert.Equal(Errno.EINVAL, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_12, ref system));
    }

    [Fact]
    public void ALongNameOfAnOlderFormDoesNotFitTheNewOne()
    {
        vm_memseg_12 longName = new() { segid = 1, len = Page };
        new Span<byte>(longName.name, 20).Fill((byte)'n');
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_12, ref longName));
        Assert.Equal(Errno.ENAMETOOLONG, Describe(8).Error);
        new Span<byte>(longName.name, 64).Fill((byte)'n');
        Assert.Equal(Errno.ENAMETOOLONG, _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG_12, ref longName));
    }

    [Fact]
    public void TheTranslatedIdIsReportedUnlessToldOtherwise()
    {
        GuestVm careful = new(new FreeBsdHostOptions { Quirks = new FreeBsdQuirks { ReportTranslatedSegmentIds = false } });
        Assert.Equal(8, Ask(_guest));
        Assert.Equal(1, Ask(careful));

        static int Ask(GuestVm guest)
        {
            vm_memseg_14 argument = new() { segid = 1 };
            Assert.Equal(0, guest.Vm.Ioctl(VmCommandWords.VM_GET_MEMSEG_14, ref argument));
            return argument.segid;
        }
    }

    [Fact]
    public void MemoryDomainsAreCheckedFirst()
    {
        ulong mask = 1;
        ulong* masks = stackalloc ulong[5] { 1, 0, 0, 0, 0 };
        Assert.Equal(Errno.ERANGE, AllocateIn(domainset_policy.DOMAINSET_POLICY_PREFER, masks, 7, id: -1));
        Assert.Equal(Errno.ERANGE, AllocateIn(domainset_policy.DOMAINSET_POLICY_PREFER, masks, 33));
        Assert.Equal(Errno.EFAULT, AllocateIn(domainset_policy.DOMAINSET_POLICY_PREFER, (ulong*)8, 8));
        Assert.Equal(Errno.EINVAL, AllocateIn(5, masks, 8));
        Assert.Equal(Errno.EINVAL, AllocateIn(-1, masks, 8));

        mask = 0;
        Assert.Equal(Errno.EINVAL, AllocateIn(domainset_policy.DOMAINSET_POLICY_INTERLEAVE, &mask, 8));
        mask = 3;
        Assert.Equal(Errno.EINVAL, AllocateIn(domainset_policy.DOMAINSET_POLICY_PREFER, &mask, 8));
        mask = 2;
        Assert.Equal(Errno.EINVAL, AllocateIn(domainset_policy.DOMAINSET_POLICY_INTERLEAVE, &mask, 8)); // there is one domain

        Assert.Equal(0, AllocateIn(domainset_policy.DOMAINSET_POLICY_PREFER, masks, 32));
        Assert.Equal(Errno.EEXIST, AllocateIn(domainset_policy.DOMAINSET_POLICY_INTERLEAVE, &mask, 8)); // before the impossible set
        Assert.Equal(0, AllocateIn(domainset_policy.DOMAINSET_POLICY_INVALID, (ulong*)8, 1, id: 1)); // no policy, no mask
        Assert.Equal(0, AllocateIn(99, null, 1, id: 2));
    }

    private int AllocateIn(int policy, ulong* mask, ulong size, int id = 0) =>
        _guest.Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { segid = id, len = Page, ds_policy = policy, ds_mask = mask, ds_mask_size = size });

    private (int Error, ulong Length, string Name) Describe(int id, byte fill = 0)
    {
        vm_memseg argument = new() { segid = id };
        Span<byte> name = new(argument.name, 16);
        name.Fill(fill);
        int error = _guest.Vm.Ioctl(VmCommandWords.VM_GET_MEMSEG, ref argument);
        return (error, argument.len, System.Text.Encoding.Latin1.GetString(name).TrimEnd('\0'));
    }
}
