using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 6: sharing a VM's memory with another process, which here is the same one.</summary>
internal static class ShareCases
{
    private const ulong Page = VmmClient.PageSize;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm(Revision.Baseline, "VMM_IOC_SHAREMEM/maps-at-the-clients-address", "6", "Both mappings are the guest's memory.", guest =>
        {
            ClientMemory second = guest.Host.Allocate(GuestCode.MemorySize);
            guest.Write(0x4000, 1);
            guest.Do(guest.Revision.ShareMemory, ShareAt(guest, second.Address));
            Check.Equal("what was there", (byte)1, second.Bytes[0x4000]);
            second.Bytes[0x4001] = 2;
            Check.Equal("what the second mapping wrote", (byte)2, guest.Memory.Bytes[0x4001]);
        }),
        OnVm(Revision.Newer, "VMM_IOC_SHAREMEM/maps-where-it-likes-and-says-so", "6", "Both mappings are the guest's memory; device memory has none.", guest =>
        {
            guest.Write(0x4000, 1);
            Struct share = guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, guest.Ranges));
            using ClientMemory second = new(share.U64(528), GuestCode.MemorySize);
            Check.That("the address", second.Address != 0 && second.Address != guest.Memory.Address, "a new one", $"0x{second.Address:X}");
            Check.Equal("the device memory's address", 0UL, share.U64(536));
            Check.Equal("what was there", (byte)1, second.Bytes[0x4000]);
            second.Bytes[0x4001] = 2;
            Check.Equal("what the second mapping wrote", (byte)2, guest.Memory.Bytes[0x4001]);
        }),
        .. Ignored("another-count", guest => [guest.Ranges[0] with { }]),
        .. Ignored("another-address", guest => [guest.Ranges[0], guest.Ranges[1] with { Address = guest.Ranges[1].Address + Page }]),
        .. Ignored("another-size", guest => [guest.Ranges[0] with { Size = Page }, guest.Ranges[1]]),
        .. Ignored("another-type", guest => [guest.Ranges[0] with { Type = 1 }, guest.Ranges[1]]),
        .. OnVm("VMM_IOC_SHAREMEM/more-ranges-than-there-can-be-map-nothing", "6", "And are no error.", guest =>
        {
            foreach (ulong count in new[] { 17UL, ulong.MaxValue })
            {
                guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, guest.Ranges).U64(8, count));
            }
        }),
        OnVm(Revision.Baseline, "VMM_IOC_SHAREMEM/an-unaligned-client-address-maps-nothing", "6", "The error that it should be is lost.", guest =>
        {
            ClientMemory second = guest.Host.Allocate(GuestCode.MemorySize + Page);
            guest.Write(0x4000, 1);
            guest.Do(guest.Revision.ShareMemory, ShareAt(guest, second.Address + 8));
            Check.That("the client's memory", second.Bytes.IndexOfAnyExcept((byte)0) < 0, "as it was", "changed");
        }),
        OnVm(Revision.Baseline, "VMM_IOC_SHAREMEM/an-impossible-client-address-is-no-error", "6", "The failure to map is lost too.", guest =>
            guest.Do(guest.Revision.ShareMemory, ShareAt(guest, 0xFFFF_8000_0000_0000))),
        OnVm(Revision.Newer, "VMM_IOC_SHAREMEM/addresses-must-come-as-0", "6", "Else nothing is mapped, and that is no error.", guest =>
        {
            Struct share = guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, guest.Ranges).U64(536, Page));
            Check.Equal("the first address", 0UL, share.U64(528));
            Check.Equal("the second address", Page, share.U64(536));
        }),
        .. OnVm("VMM_IOC_SHAREMEM/does-not-wait-for-a-run", "6", "Device processes ask for the memory of a VM that runs.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, []));
            Check.That("the run", !running.IsDone, "going on", "over");
            running.Stop();
        }, also: "RUN"),
        .. OnVm("VMM_IOC_SHAREMEM/outlives-the-VM", "6", "A mapping is its process's.", guest =>
        {
            ClientMemory second = guest.Revision.IsNewer
                ? new ClientMemory(guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, guest.Ranges)).U64(528), GuestCode.MemorySize)
                : guest.Host.Allocate(GuestCode.MemorySize);
            if (guest.Revision.IsNewer)
            {
                guest.Host.Keep(second);
            }
            else
            {
                guest.Do(guest.Revision.ShareMemory, ShareAt(guest, second.Address));
            }

            guest.Write(0x4000, 9);
            guest.Terminate();
            Check.Equal("the byte", (byte)9, second.Bytes[0x4000]);
        }, also: "TERM"),
    ];

    // What is shared at all is seen in memory of the client's that would be replaced, or in an address that would come back.
    private static IEnumerable<ConformanceCase> Ignored(string what, Func<Guest, MemoryRange[]> ranges) =>
        OnVm($"VMM_IOC_SHAREMEM/{what}-maps-nothing", "6", "The error that it should be is lost.", guest =>
        {
            guest.Write(0x4000, 1);
            MemoryRange[] wanted = ranges(guest);
            if (guest.Revision.IsNewer)
            {
                Struct share = guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, [.. wanted.Select(range => range with { Client = 0 })]));
                Check.Equal("the first address", 0UL, share.U64(528));
                return;
            }

            ClientMemory second = guest.Host.Allocate(GuestCode.MemorySize);
            wanted[0] = wanted[0] with { Client = second.Address };
            guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, wanted));
            Check.That("the client's memory", second.Bytes.IndexOfAnyExcept((byte)0) < 0, "as it was", "changed");
        });

    private static Struct ShareAt(Guest guest, ulong address) =>
        Share(guest.Revision, guest.Id, [guest.Ranges[0] with { Client = address }, guest.Ranges[1]]);
}
