using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 6: creating a VM.</summary>
internal static class CreateCases
{
    private const ulong Page = VmmClient.PageSize;
    private const ulong HighestMemory = 128UL << 30;
    private const ulong UserMaximum = 1UL << 47;

    // Between the pages that nobody may map and the lowest program.
    private const ulong NobodysAddress = 0x2_0000;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("VMM_IOC_CREATE/ids-begin-at-1-and-are-never-reused", "6", "The id is the VM's key, and stays meaningless after its end.", host =>
        {
            Check.Equal("the first id", 1u, host.CreateUsual().Id);
            Guest second = host.CreateUsual();
            Check.Equal("the second id", 2u, second.Id);
            second.Terminate();
            Check.Equal("the third id", 3u, host.CreateUsual().Id);
        }, also: "TERM"),
        .. OnHost("VMM_IOC_CREATE/names-may-be-equal-or-empty", "6", "A name is for people.", host =>
        {
            host.CreateUsual("same");
            host.CreateUsual("same");
            host.CreateUsual();
            Check.Equal("the VMs", 3, host.Report().Length);
        }, also: "INFO"),
        .. OnHost("VMM_IOC_CREATE/a-name-is-cut-to-63-bytes", "6", "And filled up with zeros.", host =>
        {
            host.CreateUsual(new string('n', 64));
            host.CreateUsual("short");
            VmRecord[] report = host.Report();
            byte[] expected = [.. Enumerable.Repeat((byte)'n', 63), 0];
            Check.Bytes("the long name", expected, report[1].Name);
            Check.Bytes("the short name", [.. "short"u8, .. new byte[59]], report[0].Name);
        }, also: "INFO"),
        .. OnHost("VMM_IOC_CREATE/ends-with-a-stopped-vCPU", "7.1", "With id 0, and no other.", host =>
        {
            host.CreateUsual();
            VmRecord record = host.Report()[0];
            Check.Equal("vCPU 0's state", VmRecord.Stopped, record.StateOf(0));
            Check.Equal("vCPUs", 1UL, record.Vcpus);
        }, also: "INFO"),

        // Ranges.
        .. Refused("no-ranges", "There must be one.", _ => []),
        .. Refused("17-ranges", "There may be 16.", _ => [.. Enumerable.Range(0, 17).Select(i => new MemoryRange((ulong)i * Page, Page, Page))]),
        .. OnHost("VMM_IOC_CREATE/16-ranges-that-touch", "6", "One range may begin where the one before ends.", host =>
        {
            host.Create(host.Backed(Enumerable.Range(0, 16).Select(i => new MemoryRange((ulong)i * Page, Page))));
            Check.Equal("memory", 16 * Page, host.Report()[0].MemorySize);
        }, also: "INFO"),
        .. Refused("an-unaligned-address", "Pages have 4096 bytes.", host => host.Backed(new MemoryRange(0x800, GuestCode.MemorySize))),
        .. Refused("an-unaligned-size", "Pages have 4096 bytes.", host => [new MemoryRange(0, Page + 1, host.Allocate(2 * Page).Address)]),
        .. Refused("an-unaligned-client-address", "Where the device chooses the address, too.", host => [new MemoryRange(0, Page, host.Allocate(2 * Page).Address + 8)]),
        .. Refused("an-empty-range", "A range has a page at least.", host => [new MemoryRange(0, 0, host.Allocate(Page).Address)]),
        .. Refused("a-range-beyond-128-GiB", "The end of guest-physical addresses is 128 GiB.", host => host.Backed(new MemoryRange(HighestMemory, Page))),
        .. Refused("a-range-across-128-GiB", "The end is looked at, not the sum.", host => host.Backed(new MemoryRange(HighestMemory - Page, 2 * Page))),
        .. Refused("a-size-that-wraps", "No sum is formed that could.", host => [new MemoryRange(Page, ulong.MaxValue - Page + 1, host.Allocate(Page).Address)]),
        .. OnHost("VMM_IOC_CREATE/a-range-that-ends-at-128-GiB", "6", "The last page is as good as others.", host =>
            host.Create(host.Backed(new MemoryRange(HighestMemory - Page, Page)))),
        .. Refused("descending-ranges", "They ascend.", host => host.Backed(new MemoryRange(16 * Page, Page), new MemoryRange(0, Page))),
        .. Refused("overlapping-ranges", "By a page is enough.", host => host.Backed(new MemoryRange(0, 2 * Page), new MemoryRange(Page, Page))),
        .. Refused("only-device-memory", "A VM has some memory.", _ => [new MemoryRange(0, Page, Page, Mmio)]),
        .. Refused("a-bad-range-behind-a-good-one", "All are judged.", host => [.. host.Backed(new MemoryRange(0, Page)), new MemoryRange(2 * Page, 0, Page)]),
        .. OnHost("VMM_IOC_CREATE/other-types-are-memory", "6", "Only device memory is none; types are not judged.", host =>
        {
            host.Create(host.Backed(new MemoryRange(0, Page, Type: 1), new MemoryRange(Page, Page, Type: 77), new MemoryRange(2 * Page, Page, Type: -1)));
            Check.Equal("memory", 3 * Page, host.Report()[0].MemorySize);
        }, also: "INFO"),
        OnlyBaseline("a-client-address-of-0", "The first page is nobody's.", _ => [new MemoryRange(0, Page)]),
        OnlyBaseline("a-client-address-beyond-user-space", "A client has no memory there.", _ => [new MemoryRange(0, Page, UserMaximum)]),
        OnlyBaseline("client-memory-across-the-end-of-user-space", "Nor behind its end.", _ => [new MemoryRange(0, 4 * Page, UserMaximum - (2 * Page))]),
        OnlyBaseline("device-memory-with-a-client-address-of-0", "Addresses of device memory are judged as well.", host =>
            [.. host.Backed(new MemoryRange(0, Page)), new MemoryRange(Page, Page, 0, Mmio)]),
        OnHost(Revision.Newer, "VMM_IOC_CREATE/client-addresses-are-not-judged", "6", "They are output.", host =>
        {
            Guest guest = host.Create([new MemoryRange(0, Page, UserMaximum), new MemoryRange(Page, Page, ulong.MaxValue - Page + 1)]);
            Check.That("the first range's address", guest.AddressOf(0) is not (0 or UserMaximum), "one that the device has chosen", $"0x{guest.AddressOf(0):X}");
        }),

        // vCPUs.
        .. new[] { 0UL, 2UL, 64UL, ulong.MaxValue }.SelectMany(vcpus =>
            OnHost($"VMM_IOC_CREATE/{(vcpus == ulong.MaxValue ? "minus-1" : vcpus)}-vCPUs-is-EINVAL", "6", "A VM has one.", host =>
                host.ExpectCreate(EINVAL, host.Backed(new MemoryRange(0, Page)), vcpus))),
        .. OnHost("VMM_IOC_CREATE/more-vCPUs-than-the-device-has-is-ENOMEM", "6", "Their number is limited, VMs' is not.", host =>
        {
            Guest first = host.CreateUsual();
            host.CreateUsual();
            host.ExpectCreate(ENOMEM, host.Backed(new MemoryRange(0, Page)));
            first.Terminate();
            host.CreateUsual();
        }, new SystemSetup { VcpuLimit = 2 }, also: "TERM"),
        .. OnHost("VMM_IOC_CREATE/mistakes-come-before-the-limit-and-is-EINVAL", "6", "The argument is judged first.", host =>
        {
            host.CreateUsual();
            host.ExpectCreate(EINVAL, [], 1);
            host.ExpectCreate(EINVAL, host.Backed(new MemoryRange(0, Page)), 2);
        }, new SystemSetup { VcpuLimit = 1 }),
        OnHost(Revision.Baseline, "VMM_IOC_CREATE/memory-that-is-not-there-is-ENOMEM", "6", "Whatever keeps a VM from having its memory, the answer is ENOMEM.", host =>
        {
            host.ExpectCreate(ENOMEM, [new MemoryRange(0, Page, NobodysAddress)]);
            Check.Equal("the VMs", 0, host.Report().Length);
        }, also: "INFO"),

        // Memory.
        OnHost(Revision.Baseline, "VMM_IOC_CREATE/memory-stays-the-clients", "6", "What is there becomes the guest's, and both see what the other writes.", host =>
        {
            Guest guest = host.CreateUsual();
            guest.Write(0x4000, 7);
            guest.LoadRealMode(0xA0, 0x00, 0x40, 0xFE, 0xC0, 0xA2, 0x01, 0x40, 0xE6, GuestCode.Mark); // al = [4000h]; al++; [4001h] = al; out
            Check.Equal("AL", 8u, guest.RunToPort(GuestCode.Mark).Data);
            Check.Equal("what the guest wrote", (byte)8, guest.Memory.Bytes[0x4001]);
        }, also: "RUN"),
        OnHost(Revision.Baseline, "VMM_IOC_CREATE/memory-keeps-its-contents", "6", "A client may fill it before.", host =>
        {
            MemoryRange[] ranges = host.Backed(new MemoryRange(0, GuestCode.MemorySize));
            ClientMemory before = new(ranges[0].Client, GuestCode.MemorySize);
            before.Bytes.Fill(0x5A);
            Guest guest = host.Create(ranges);
            Check.That("the memory", guest.Memory.Bytes.IndexOfAnyExcept((byte)0x5A) < 0, "as it was", "changed");
            guest.Write(GuestCode.Start, 0xA0, 0x00, 0x50, 0xE6, GuestCode.Mark); // al = [5000h]; out
            guest.Reset(state => state.SetRealMode());
            Check.Equal("AL", 0x5Au, guest.RunToPort(GuestCode.Mark).Data);
        }, also: "RUN"),
        OnHost(Revision.Newer, "VMM_IOC_CREATE/memory-is-brought", "6", "The device maps fresh memory into the client and says where.", host =>
        {
            Guest guest = host.Create([new MemoryRange(0, GuestCode.MemorySize), Guest.DeviceMemory, new MemoryRange(2 * GuestCode.MemorySize, Page)]);
            Check.Equal("the offset in a page of the first range", 0UL, guest.AddressOf(0) % Page);
            Check.That("the ranges' addresses", guest.AddressOf(0) != 0 && guest.AddressOf(2) != 0 && guest.AddressOf(0) != guest.AddressOf(2), "two", "not two");
            Check.Equal("the device memory's address", 0UL, guest.AddressOf(1));
            Check.That("the memory", guest.Memory.Bytes.IndexOfAnyExcept((byte)0) < 0, "zeros", "something else");
            guest.Write(0x4000, 7);
            guest.LoadRealMode(0xA0, 0x00, 0x40, 0xFE, 0xC0, 0xA2, 0x01, 0x40, 0xE6, GuestCode.Mark);
            Check.Equal("AL", 8u, guest.RunToPort(GuestCode.Mark).Data);
            Check.Equal("what the guest wrote", (byte)8, guest.Memory.Bytes[0x4001]);
        }, also: "RUN"),
        OnHost(Revision.Newer, "VMM_IOC_CREATE/memory-outlives-the-VM", "6", "The client's mapping is its own.", host =>
        {
            Guest guest = host.CreateUsual();
            guest.Write(0x4000, 0x77);
            guest.Terminate();
            Check.Equal("the byte", (byte)0x77, guest.Memory.Bytes[0x4000]);
        }, also: "TERM"),
        OnHost(Revision.Newer, "VMM_IOC_CREATE/a-VPID-for-each-vCPU", "7.2", "From the creation on, and the client is told.", host =>
        {
            Guest first = host.CreateUsual();
            Guest second = host.CreateUsual();
            Check.That("the VPIDs", first.Created.U32(608) != 0 && first.Created.U32(608) != second.Created.U32(608), "two", $"{first.Created.U32(608)} twice");
        }),
    ];

    private static IEnumerable<ConformanceCase> Refused(string what, string why, Func<VmmClient, IReadOnlyList<MemoryRange>> ranges) =>
        OnHost($"VMM_IOC_CREATE/{what}-is-EINVAL", "6", why, host => Refuse(host, ranges));

    private static ConformanceCase OnlyBaseline(string what, string why, Func<VmmClient, IReadOnlyList<MemoryRange>> ranges) =>
        OnHost(Revision.Baseline, $"VMM_IOC_CREATE/{what}-is-EINVAL", "6", why, host => Refuse(host, ranges));

    private static void Refuse(VmmClient host, Func<VmmClient, IReadOnlyList<MemoryRange>> ranges)
    {
        host.ExpectCreate(EINVAL, ranges(host));
        Check.Equal("the VMs", 0, host.Report().Length);
    }
}
