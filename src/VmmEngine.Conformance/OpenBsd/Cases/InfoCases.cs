using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 6: the report.</summary>
internal static class InfoCases
{
    private const ulong Page = VmmClient.PageSize;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("VMM_IOC_INFO/without-VMs-says-nothing", "6", "And needs no room.", host =>
        {
            Struct info = host.Do(host.Revision.Info, Info(0, 0));
            Check.Equal("vip_size", 0UL, info.U64(0));
            Check.Equal("vip_info_ct", 0UL, info.U64(8));
        }),
        .. OnHost("VMM_IOC_INFO/too-little-room-says-how-much", "6", "That is a success, with no records.", host =>
        {
            host.CreateUsual();
            host.CreateUsual();
            foreach (ulong room in new ulong[] { 0, VmRecord.Size, (2UL * VmRecord.Size) - 1 })
            {
                Struct info = host.Do(host.Revision.Info, Info(room, BadPointer).U64(8, 77)); // the array is not touched
                Check.Equal("vip_size", 2UL * VmRecord.Size, info.U64(0));
                Check.Equal("vip_info_ct", 0UL, info.U64(8));
            }
        }),
        .. OnHost("VMM_IOC_INFO/leaves-the-size-as-given", "6", "Only the count says how many there are.", host =>
        {
            host.CreateUsual();
            Struct room = new(5 * VmRecord.Size);
            Struct info = host.Do(host.Revision.Info, Info((ulong)room.Size, room));
            Check.Equal("vip_size", (ulong)room.Size, info.U64(0));
            Check.Equal("vip_info_ct", 1UL, info.U64(8));
        }),
        .. OnHost("VMM_IOC_INFO/writes-its-records-alone", "6", "What is behind them stays.", host =>
        {
            host.CreateUsual();
            Struct room = new Struct(3 * VmRecord.Size).Filled(0xEE);
            host.Do(host.Revision.Info, Info((ulong)room.Size, room));
            Check.That("the bytes behind", room.Bytes[VmRecord.Size..].IndexOfAnyExcept((byte)0xEE) < 0, "as they were", "changed");
        }),
        .. OnHost("VMM_IOC_INFO/the-newest-come-first", "6", "The list grows at its head.", host =>
        {
            host.CreateUsual("one");
            Guest second = host.CreateUsual("two");
            host.CreateUsual("three");
            second.Terminate();
            uint[] ids = [.. host.Report().Select(record => record.Id)];
            Check.Equal("the ids", "3, 1", string.Join(", ", ids));
        }, also: "CREATE TERM"),
        .. OnHost("VMM_IOC_INFO/describes-a-VM", "6", "Sizes, creator, name, states.", host =>
        {
            int descriptor = host.Open(VmmClient.Path, caller: new Caller(1001) { ProcessId = 4711 });
            host.Create([.. host.Backed(new MemoryRange(0, 16 * Page)), new MemoryRange(16 * Page, Page, Page, Mmio)], "guest", descriptor);
            VmRecord record = host.Report()[0];
            Check.Equal("the memory, device memory left out", 16 * Page, record.MemorySize);
            Check.Equal("the creator", 4711, record.Creator);
            Check.Equal("the offset in a page of the used memory", 0UL, record.UsedSize % Page);
            Check.That("the used memory", record.UsedSize <= 16 * Page, "at most what there is", $"{record.UsedSize}");
            Check.Bytes("the name", [.. "guest"u8, .. new byte[59]], record.Name);
            Check.Equal("vCPU 0's state", VmRecord.Stopped, record.StateOf(0));
            for (int vcpu = 1; vcpu < 64; vcpu++)
            {
                Check.Equal($"vCPU {vcpu}'s state", VmRecord.Unknown, record.StateOf(vcpu));
            }
        }, also: "CREATE"),
        .. OnHost("VMM_IOC_INFO/used-memory-grows-with-use", "6", "It is what the VM holds of the host's.", host =>
        {
            Guest guest = host.CreateUsual();
            ulong before = host.Report()[0].UsedSize;
            for (ulong page = 0; page < 64; page++)
            {
                guest.Write(page * Page, 1);
            }

            ulong after = host.Report()[0].UsedSize;
            Check.That("the used memory", after >= before + (32 * Page) && after <= GuestCode.MemorySize, "more by what is touched", $"{before}, then {after}");
        }),
        .. OnHost("VMM_IOC_INFO/unwritable-array-is-EFAULT", "6", "Once there is something to write.", host =>
        {
            host.CreateUsual();
            host.Expect(EFAULT, host.Revision.Info, Info(VmRecord.Size, BadPointer));
            host.Expect(EFAULT, host.Revision.Info, Info(ulong.MaxValue, 0));
        }),
        .. OnVm("VMM_IOC_INFO/does-not-wait-for-a-run", "6", "States are looked at as they are.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            Check.Equal("vCPU 0's state", VmRecord.Running, guest.State);
            Check.That("the run", !running.IsDone, "going on", "over");
            running.Stop();
            Check.Equal("vCPU 0's state afterwards", VmRecord.Stopped, guest.State);
        }, also: "RUN"),
        .. OnHost("VMM_IOC_INFO/counts-VMs-that-are-ending", "6", "The count covers them and the records do not: zeros follow.", _ =>
            throw new CaseSkippedException("A termination makes runs leave, so that no client can keep one waiting and look at the list meanwhile.")),
    ];
}
