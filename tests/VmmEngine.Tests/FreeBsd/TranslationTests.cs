using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class TranslationTests
{
    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong Large = 0x80;
    private const ulong Root = 0x1000;

    private readonly GuestVm _guest = new GuestVm().WithMemory().WithVcpu();

    [Fact]
    public void WithoutPagingLinearIsPhysical() =>
        Assert.Equal((0, 0, 0x1234_5678_9ABCUL), Translate(0x1234_5678_9ABC, vm_paging_mode.PAGING_MODE_FLAT));

    [Theory]
    [InlineData(vm_paging_mode.PAGING_MODE_64, 4)]
    [InlineData(vm_paging_mode.PAGING_MODE_64_LA57, 5)]
    public void AWalkGoesThroughEveryLevel(int mode, int levels)
    {
        for (int level = 0; level < levels; level++)
        {
            Entry(Root + ((ulong)level << 12), 0, level == levels - 1 ? 0x5000_0003 : Root + ((ulong)(level + 1) << 12) + 3);
        }

        Assert.Equal((0, 0, 0x5000_0ABCUL), Translate(0xABC, mode, vm_memory.VM_PROT_WRITE));
        Assert.Equal(Accessed, Read(Root) & (Accessed | Dirty));
        Assert.Equal(Accessed | Dirty, Read(Root + ((ulong)(levels - 1) << 12)) & (Accessed | Dirty));
    }

    [Fact]
    public void LargePagesEndAWalk()
    {
        Entry(Root, 0, 0x2000 | Present | Writable);
        Entry(0x2000, 1, 0xC000_0000 | Present | Large);
        Entry(0x2000, 0, 0x3000 | Present);
        Entry(0x3000, 3, 0x60_0000 | Present | Large);
        Assert.Equal((0, 0, 0xD234_5678UL), Translate(0x5234_5678, vm_paging_mode.PAGING_MODE_64));
        Assert.Equal((0, 0, 0x61_2345UL), Translate(0x61_2345, vm_paging_mode.PAGING_MODE_64));

        Entry(Root, 1, 0x2000 | Present | Large); // above 1 GiB
        Assert.Equal((0, 1, 0UL), Translate(1UL << 39, vm_paging_mode.PAGING_MODE_64));
        Assert.Equal(9u, _guest.Fake()->ErrorCode);
    }

    [Fact]
    public void TablesOf32BitsHaveTwoLevels()
    {
        Entry32(Root, 1, 0x2007);
        Entry32(0x2000, 2, 0x9000 | 7);
        Entry32(Root, 2, 0xC0_0087);
        Assert.Equal((0, 0, 0x9123UL), Translate(0x40_2123, vm_paging_mode.PAGING_MODE_32));
        Assert.Equal((0, 0, 0xC1_2345UL), Translate(0x81_2345, vm_paging_mode.PAGING_MODE_32));
        Assert.Equal(0x27UL, Read(0x1004) & 0xFF);
    }

    [Fact]
    public void ExtendedTablesBeginWithFourPointers()
    {
        Entry(Root, 3, 0x2001);
        Entry(0x2000, 0, 0x3003);
        Entry(0x3000, 5, 0xAB_C000 | Present | Writable);
        Assert.Equal((0, 0, 0xAB_C777UL), Translate(0xC000_5777, vm_paging_mode.PAGING_MODE_PAE, vm_memory.VM_PROT_WRITE));
        Assert.Equal((0, 1, 0UL), Translate(0x0000_5777, vm_paging_mode.PAGING_MODE_PAE));
    }

    [Theory]
    [InlineData(0x2000UL, vm_memory.VM_PROT_READ, 0, 0u)] // not present
    [InlineData(0x2000UL, vm_memory.VM_PROT_WRITE, 3, 6u)]
    [InlineData(0x2001UL, vm_memory.VM_PROT_WRITE, 0, 3u)] // read-only
    [InlineData(0x2003UL, vm_memory.VM_PROT_READ, 3, 5u)] // the supervisor's
    [InlineData(0x2000UL, vm_memory.VM_PROT_EXECUTE, 0, 16u)]
    public void AFaultIsRaisedInTheGuest(ulong entry, int protection, int cpl, uint code)
    {
        Entry(Root, 0, entry);
        Assert.Equal((0, 1, 0UL), Translate(0x1234, vm_paging_mode.PAGING_MODE_64, protection, cpl, VmCommandsNoFault));
        Assert.Equal(-1, _guest.Fake()->PendingException);
        Assert.Equal((0, 1, 0UL), Translate(0x1234, vm_paging_mode.PAGING_MODE_64, protection, cpl));
        Assert.Equal((14, code, 0x1234UL), (_guest.Fake()->PendingException, _guest.Fake()->ErrorCode, _guest.Fake()->Registers.Cr2));
    }

    [Fact]
    public void AnAddressThatIsNotCanonicalIsAProtectionFault()
    {
        Assert.Equal((0, 1, 0UL), Translate(1UL << 47, vm_paging_mode.PAGING_MODE_64));
        Assert.Equal((13, 0u), (_guest.Fake()->PendingException, _guest.Fake()->ErrorCode));
        Entry(Root, 0, 0);
        _guest.Fake()->HasEvent = false;
        Translate(1UL << 47, vm_paging_mode.PAGING_MODE_64_LA57); // canonical with five levels
        Assert.Equal(14, _guest.Fake()->PendingException);
    }

    [Fact]
    public void WithoutATraceNothingIsMarked()
    {
        Entry(Root, 0, 0x2003);
        Entry(0x2000, 0, 0x4000_0083);
        Assert.Equal((0, 0, 0x4000_0005UL), Translate(5, vm_paging_mode.PAGING_MODE_64, vm_memory.VM_PROT_WRITE, 0, VmCommandsNoFault));
        Assert.Equal((0x2003UL, 0x4000_0083UL), (Read(Root), Read(0x2000)));
    }

    [Theory]
    [InlineData(1UL << 40)]
    [InlineData(0xFFFF_FFFF_F000UL)]
    public void ATableOutsideMemoryIsAnError(ulong table)
    {
        Entry(Root, 0, (table & 0x000F_FFFF_FFFF_F000) | 3);
        Assert.Equal(Errno.EFAULT, Translate(5, vm_paging_mode.PAGING_MODE_64).Error);
        Assert.Equal(Errno.EFAULT, Translate(5, vm_paging_mode.PAGING_MODE_64, command: VmCommandsNoFault).Error);
        Assert.Equal(Errno.EFAULT, Translate(5, 99).Error);
    }

    private static uint VmCommandsNoFault => VmmEngine.FreeBsd.VmCommandWords.VM_GLA2GPA_NOFAULT;

    private (int Error, int Fault, ulong Address) Translate(ulong linear, int mode, int protection = vm_memory.VM_PROT_READ, int cpl = 0, uint? command = null)
    {
        vm_gla2gpa argument = new() { gla = linear, prot = protection, paging = new vm_guest_paging { cr3 = Root, cpl = cpl, paging_mode = mode } };
        int error = _guest.Vm.Ioctl(command ?? VmmEngine.FreeBsd.VmCommandWords.VM_GLA2GPA, ref argument);
        return (error, argument.fault, argument.gpa);
    }

    private void Entry(ulong table, int index, ulong value) =>
        Assert.Equal(0, _guest.Vm.Write((long)table + (index * 8), MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value))));

    private void Entry32(ulong table, int index, uint value) =>
        Assert.Equal(0, _guest.Vm.Write((long)table + (index * 4), MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value))));

    private ulong Read(ulong address)
    {
        byte[] bytes = new byte[8];
        Assert.Equal(0, _guest.Vm.Read((long)address, bytes));
        return BitConverter.ToUInt64(bytes);
    }
}
