using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class NestedEntryTests
{
    private const ulong Table = 7; // present, writable, user
    private const ulong NoExecute = 1UL << 63;

    private readonly GuestVm _guest = new();

    [Fact]
    public void NothingIsPresentInAnEmptyVm() => Assert.Empty(Entries(0));

    [Fact]
    public void AMappedPageHasAnEntryAtEachLevel()
    {
        _guest.Allocate(0, GuestVm.Mebibyte);
        Assert.Equal(0, _guest.Map(0x10_0000, 0, 0x2000, 0x4000));
        Assert.Equal([Table, Table, Table, 0x3000 | Table], Entries(0x10_1FFF));
    }

    [Fact]
    public void TheLeafSaysWhatTheGuestMayDo()
    {
        _guest.Allocate(0, GuestVm.Mebibyte);
        Assert.Equal(0, _guest.Map(0, 0, 0, 0x1000, vm_memory.VM_PROT_READ));
        Assert.Equal(0, _guest.Map(0x1000, 0, 0, 0x1000, vm_memory.VM_PROT_READ | vm_memory.VM_PROT_EXECUTE));
        Assert.Equal(5 | NoExecute, Entries(0)[3]);
        Assert.Equal(5UL, Entries(0x1000)[3]);
    }

    [Theory]
    [InlineData(0x5000, 3)] // in the same table as a mapped page
    [InlineData(0x20_0000, 2)]
    [InlineData(0x4000_0000, 1)]
    [InlineData(0x80_0000_0000, 0)]
    [InlineData(0x1_0000_0000_0000, 0)] // not of the guest's address space
    [InlineData(ulong.MaxValue, 0)]
    public void AnUnmappedPageHasThoseThatOthersNeed(ulong address, int entries)
    {
        _guest.Allocate(0, GuestVm.Mebibyte);
        Assert.Equal(0, _guest.Map(0x1000, 0, 0, 0x1000));
        Assert.Equal(entries, Entries(address).Length);
    }

    private ulong[] Entries(ulong address)
    {
        vm_gpa_pte argument = new() { gpa = address, ptenum = -1 };
        new Span<ulong>(argument.pte, 4).Fill(ulong.MaxValue);
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_GPA_PMAP, ref argument));
        Assert.All(new Span<ulong>(argument.pte, 4)[argument.ptenum..].ToArray(), rest => Assert.Equal(0UL, rest));
        return new Span<ulong>(argument.pte, argument.ptenum).ToArray();
    }
}
