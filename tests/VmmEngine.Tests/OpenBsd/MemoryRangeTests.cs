using VmmEngine.Abi.OpenBsd;
using VmmEngine.OpenBsd;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;
using NewerCreate = VmmEngine.Abi.OpenBsd.Newer.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Each rule of the memory ranges: one step on either side of it.</summary>
public sealed class MemoryRangeTests
{
    private const ulong Page = Client.PageSize;
    private const ulong Top = vmm_limits.VMM_MAX_VM_MEM_SIZE;
    private const int Mmio = vm_mem_type.VM_MEM_MMIO;

    private static readonly UserAddresses Addresses = new(Page, 0x1000_0000);

    private static readonly vm_mem_range First = Client.Range(gpa: Page, size: 2 * Page, va: Page);

    public static TheoryData<string, vm_mem_range[], bool> RulesOfBoth => new()
    {
        { "a page at 0", [Client.Range(size: Page, va: Page)], true },
        { "gpa not aligned", [Client.Range(gpa: 1, va: Page)], false },
        { "va not aligned", [Client.Range(va: Page + 8)], false },
        { "size not aligned", [Client.Range(size: Page + 1, va: Page)], false },
        { "size 0", [Client.Range(size: 0, va: Page)], false },
        { "size 0 beside memory", [First, Client.Range(gpa: Top / 2, size: 0, va: Page)], false },
        { "ends at the top", [Client.Range(gpa: Top - Page, size: Page, va: Page)], true },
        { "starts at the top", [Client.Range(gpa: Top, size: Page, va: Page)], false },
        { "reaches over the top", [Client.Range(gpa: Top - Page, size: 2 * Page, va: Page)], false },
        { "wraps around", [Client.Range(gpa: Page, size: ulong.MaxValue - Page + 1, va: Page)], false },
        { "touching", [First, Client.Range(gpa: 3 * Page, size: Page, va: Page)], true },
        { "overlapping by a page", [First, Client.Range(gpa: 2 * Page, size: Page, va: Page)], false },
        { "descending", [First, Client.Range(gpa: 0, size: Page, va: Page)], false },
        { "the same twice", [First, First], false },
        { "overlapping MMIO", [First, Client.Range(gpa: 2 * Page, size: Page, va: Page, type: Mmio)], false },
        { "MMIO beside memory", [First, Client.Range(gpa: 3 * Page, size: Page, va: Page, type: Mmio)], true },
        { "nothing but MMIO", [Client.Range(va: Page, type: Mmio)], false },
        { "reserved counts as memory", [Client.Range(va: Page, type: vm_mem_type.VM_MEM_RESERVED)], true },
        { "so does any other number", [Client.Range(va: Page, type: -1)], true },
    };

    public static TheoryData<string, vm_mem_range, bool> RulesOfTheBaselinesAddresses => new()
    {
        { "at the minimum", Client.Range(size: Page, va: Addresses.Minimum), true },
        { "below it", Client.Range(size: Page, va: Addresses.Minimum - Page), false },
        { "a page before the end", Client.Range(size: Page, va: Addresses.Maximum - (2 * Page)), true },
        { "touching the end", Client.Range(size: Page, va: Addresses.Maximum - Page), false },
        { "at the end", Client.Range(size: Page, va: Addresses.Maximum), false },
        { "beyond it", Client.Range(size: Page, va: Addresses.Maximum + Page), false },
        { "wrapping around", Client.Range(size: Page, va: ulong.MaxValue - Page + 1), false },
    };

    [Theory]
    [MemberData(nameof(RulesOfBoth))]
    public void BothRevisionsHoldTheseRules(string rule, vm_mem_range[] ranges, bool sound)
    {
        int expected = sound ? 0 : Errno.EINVAL;
        Assert.True(expected == CreateBaseline(ranges), rule);
        Assert.True(expected == CreateNewer(ranges), rule);
    }

    [Theory]
    [MemberData(nameof(RulesOfTheBaselinesAddresses))]
    public void OnlyTheBaselineLooksWhereTheMemoryLies(string rule, vm_mem_range range, bool sound)
    {
        Assert.True((sound ? 0 : Errno.EINVAL) == CreateBaseline(range), rule);
        Assert.True(CreateNewer(range) == 0, rule);
    }

    [Fact]
    public void TheBaselineAsksItOfMmioRangesToo()
    {
        vm_mem_range mmio = Client.Range(gpa: 3 * Page, size: Page, va: 0, type: Mmio);
        Assert.Equal(Errno.EINVAL, CreateBaseline(First, mmio));
        Assert.Equal(0, CreateNewer(First, mmio));
    }

    [Theory]
    [InlineData(0ul, Errno.EINVAL)]
    [InlineData(1ul, 0)]
    [InlineData(16ul, 0)]
    [InlineData(17ul, Errno.EINVAL)]
    [InlineData(1ul << 32 | 1, Errno.EINVAL)]
    [InlineData(ulong.MaxValue, Errno.EINVAL)]
    public void ThereAreOneToSixteenRanges(ulong count, int expected)
    {
        BaselineCreate create = Client.Creation();
        NewerCreate newer = Client.NewerCreation();
        for (int i = 0; i < vmm_limits.VMM_MAX_MEM_RANGES; i++)
        {
            create.vcp_memranges[i] = newer.vcp_memranges[i] = Client.Range(gpa: (ulong)i * Page, size: Page);
        }

        create.vcp_nmemranges = newer.vcp_nmemranges = count;

        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        Assert.Equal(expected, client.Create(ref create));
        Assert.Equal(expected, client.Create(ref newer));
    }

    [Fact]
    public void WhatLiesBehindTheCountIsNotLookedAt()
    {
        BaselineCreate create = Client.Creation();
        create.vcp_memranges[1] = Client.Range(gpa: 1);
        Assert.Equal(0, new Client().Create(ref create));
    }

    [Fact]
    public void TheReportedSizeLeavesMmioOut()
    {
        Client client = new();
        BaselineCreate create = Client.Creation(
            Client.Range(gpa: 0, size: Page),
            Client.Range(gpa: Page, size: 4 * Page, type: Mmio),
            Client.Range(gpa: 5 * Page, size: 2 * Page, type: vm_mem_type.VM_MEM_RESERVED));
        Assert.Equal(0, client.Create(ref create));

        vm_info_result[] records = new vm_info_result[1];
        client.Report(records);
        Assert.Equal(3 * Page, records[0].vir_memory_size);
    }

    private static int CreateBaseline(params vm_mem_range[] ranges)
    {
        BaselineCreate create = Client.Creation(ranges);
        Client client = new(new OpenBsdOptions { UserAddresses = Addresses });
        int error = client.Create(ref create);
        Assert.Equal(error == 0 ? 1 : 0, client.Host.VmCount);
        LockState.AssertAtRest(client.Host);
        return error;
    }

    private static int CreateNewer(params vm_mem_range[] ranges)
    {
        NewerCreate create = Client.NewerCreation(ranges);
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Newer, UserAddresses = Addresses });
        int error = client.Create(ref create);
        Assert.Equal(error == 0 ? 1 : 0, client.Host.VmCount);
        LockState.AssertAtRest(client.Host);
        return error;
    }
}
