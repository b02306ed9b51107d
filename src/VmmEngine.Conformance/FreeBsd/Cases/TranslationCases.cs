using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 6.5: translations through the guest's page tables, and the nested tables.</summary>
internal static class TranslationCases
{
    private const int Mode64 = 3;
    private const int ModeProtected = 1;
    private const int Flat = 0;
    private const int Paging32 = 1;
    private const int PagingPae = 2;
    private const int Paging4Level = 3;

    private const ulong Root = 0x1_0000;
    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong LargePage = 0x80;
    private const ulong Full = Present | Writable | User;

    /// <summary>The page at 40000000h of the small tables: a leaf at the fourth level.</summary>
    private const ulong Page = 0x4000_0000;

    private static readonly Command[] Both = [VM_GLA2GPA, VM_GLA2GPA_NOFAULT];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. Both.SelectMany(command => new[]
        {
            OnTables($"{command}/flat", "6.5", "Without paging an address is an address.", vm =>
                Expect(vm, command, Translation(0, 0x1234_5678, ProtRead, 0, 0, ModeProtected, Flat), 0x1234_5678)),
            OnTables($"{command}/four-levels", "6.5", "A walk from the tables that the argument names, not from the vCPU's.", vm =>
                Expect(vm, command, Long(Page + 0x123), 0x5123)),
            OnTables($"{command}/large-pages", "6.5", "2 MiB and 1 GiB.", vm =>
            {
                vm.Write(Root + 0x1000 + 8, Bytes(0x12000 | Full)); // PDPT[1]
                vm.Write(0x12000, Bytes(0x60_0000 | LargePage | Full));
                Expect(vm, command, Long(Page + 0x1F_0042), 0x7F_0042);
                vm.Write(Root + 0x1000 + 8, Bytes(0xC000_0000 | LargePage | Full));
                Expect(vm, command, Long(Page + 0x123_4567), 0xC123_4567);
            }),
            OnTables($"{command}/table-outside-memory-is-EFAULT", "6.5", "The tables are in the guest's memory, or the command fails.", vm =>
            {
                vm.Expect(EFAULT, command, Translation(0, Page, ProtRead, 0x7000_0000, 0, Mode64, Paging4Level));
                vm.Write(Root, Bytes(0x7000_0000 | Full));
                vm.Expect(EFAULT, command, Long(Page));
            }),
            OnTables($"{command}/32-bit-tables", "6.5", "Two levels of 1024 entries.", vm =>
            {
                vm.Write(0x2_0000 + (0x100 * 4), Bytes(0x2_1000 | Full).AsSpan(0, 4)); // directory entry of 40000000h
                vm.Write(0x2_1000 + 4, Bytes(0x5000 | Full).AsSpan(0, 4));
                Expect(vm, command, Translation(0, Page + 0x1042, ProtRead, 0x2_0000, 0, ModeProtected, Paging32), 0x5042);
            }),
            OnTables($"{command}/PAE-tables", "6.5", "Four entries, then two levels of 512.", vm =>
            {
                vm.Write(0x2_0020 + 8, Bytes(0x2_1000 | Present)); // the table is aligned to 32 bytes
                vm.Write(0x2_1000, Bytes(0x2_2000 | Full));
                vm.Write(0x2_2000 + 8, Bytes(0x5000 | Full));
                Expect(vm, command, Translation(0, Page + 0x1042, ProtRead, 0x2_0020, 0, ModeProtected, PagingPae), 0x5042);
            }),
        }),
        .. Both.SelectMany(command => new[]
        {
            Faults(command, "not-present-faults", "Not present at any level.", vm => vm.Write(0x1_3000, Bytes(0)), Long(Page)),
            Faults(command, "supervisor-page-faults-for-user", "Privilege level 3 is a user.", vm => vm.Write(0x1_3000, Bytes(0x5000 | Present | Writable)), Long(Page, privilege: 3)),
            Faults(command, "read-only-page-faults-for-write", "Whatever CR0.WP says.", vm => vm.Write(0x1_3000, Bytes(0x5000 | Present | User)), Long(Page, ProtWrite)),
            Faults(command, "non-canonical-faults", "A hole in the middle of the addresses.", _ => { }, Long(0x8000_0000_0000)),
            Faults(command, "large-page-at-the-root-faults", "No page is larger than 1 GiB.", vm => vm.Write(Root, Bytes(LargePage | Full)), Long(Page)),
        }),
        OnTables("VM_GLA2GPA/not-present-injects-a-page-fault", "6.5", "With CR2 at the address; a second exception finds the first pending.", vm =>
        {
            Fault(vm, VM_GLA2GPA, Long(Page + 0x77_7000));
            Check.Equal("CR2", Page + 0x77_7000, vm.Get(Registers.Cr2));
            vm.Expect(EBUSY, VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
        }, also: "VM_INJECT_EXCEPTION"),
        OnTables("VM_GLA2GPA/non-canonical-injects-a-general-protection-fault", "6.5", "Not a page fault: CR2 stays.", vm =>
        {
            Fault(vm, VM_GLA2GPA, Long(0x8000_0000_0000));
            Check.Equal("CR2", 0UL, vm.Get(Registers.Cr2));
            vm.Expect(EBUSY, VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
        }, also: "VM_INJECT_EXCEPTION"),
        OnTables("VM_GLA2GPA_NOFAULT/injects-nothing", "6.5", "It says that there would be a fault, and leaves the vCPU alone.", vm =>
        {
            Fault(vm, VM_GLA2GPA_NOFAULT, Long(Page + 0x77_7000));
            Check.Equal("CR2", 0UL, vm.Get(Registers.Cr2));
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
        }, also: "VM_INJECT_EXCEPTION"),
        OnTables("VM_GLA2GPA/sets-accessed-and-dirty", "6.5", "Accessed at every level, dirty at the leaf for a write.", vm =>
        {
            Expect(vm, VM_GLA2GPA, Long(Page), 0x5000);
            Check.Equal("the leaf after a read", 0x5000 | Full | Accessed, Entry(vm, 0x1_3000));
            Check.Equal("the root after a read", 0x1_1000 | Full | Accessed, Entry(vm, Root));
            Expect(vm, VM_GLA2GPA, Long(Page, ProtWrite), 0x5000);
            Check.Equal("the leaf after a write", 0x5000 | Full | Accessed | Dirty, Entry(vm, 0x1_3000));
            Check.Equal("the level above after a write", 0x1_3000 | Full | Accessed, Entry(vm, 0x1_2000));
        }),
        OnTables("VM_GLA2GPA_NOFAULT/changes-no-table", "6.5", "Accessed and dirty stay.", vm =>
        {
            Expect(vm, VM_GLA2GPA_NOFAULT, Long(Page, ProtWrite), 0x5000);
            Check.Equal("the leaf", 0x5000 | Full, Entry(vm, 0x1_3000));
            Check.Equal("the root", 0x1_1000 | Full, Entry(vm, Root));
        }),
        OnTables("VM_GLA2GPA/execute-permission-is-not-looked-at", "6.5", "NX is for the processor.", vm =>
        {
            vm.Write(0x1_3000, Bytes(0x5000 | Full | (1UL << 63)));
            Expect(vm, VM_GLA2GPA, Long(Page, ProtExecute), 0x5000);
        }),
        OnVm("VM_GET_GPA_PMAP/never-fails", "6.5", "Mapped or not, there are 0 to 4 entries.", vm =>
        {
            vm.AddMemory(GuestCode.MemorySize);
            foreach (ulong gpa in new ulong[] { 0UL, 0x5000, GuestCode.MemorySize, 1UL << 47, ulong.MaxValue })
            {
                Struct answer = vm.Do(VM_GET_GPA_PMAP, new Struct(48).U64(0, gpa));
                Check.That($"the number of entries for 0x{gpa:X}", answer.I32(40) is >= 0 and <= 4, "0 to 4", $"{answer.I32(40)}");
                Check.Equal("the address", gpa, answer.U64(0));
            }
        }),
    ];

    private static Struct Long(ulong address, int protection = ProtRead, int privilege = 0) =>
        Translation(0, address, protection, Root, privilege, Mode64, Paging4Level);

    /// <summary>A VM with tables at 10000h that map 40000000h to 5000h, with all rights and untouched.</summary>
    private static ConformanceCase OnTables(string name, string section, string why, Action<VmClient> body, string also = "") => OnVm(name, section, why, vm =>
    {
        vm.AddMemory(GuestCode.MemorySize);
        vm.Write(Root, Bytes(0x1_1000 | Full));
        vm.Write(0x1_1000 + 8, Bytes(0x1_2000 | Full));
        vm.Write(0x1_2000, Bytes(0x1_3000 | Full));
        vm.Write(0x1_3000, Bytes(0x5000 | Full));
        body(vm);
    }, also: also);

    private static ConformanceCase Faults(Command command, string name, string why, Action<VmClient> prepare, Struct argument) =>
        OnTables($"{command}/{name}", "6.5", why + " The command succeeds and says so.", vm =>
        {
            prepare(vm);
            Fault(vm, command, argument);
        });

    private static void Fault(VmClient vm, Command command, Struct argument) =>
        Check.Equal("fault", 1, vm.Do(command, argument.I32(40, -1)).I32(40));

    private static void Expect(VmClient vm, Command command, Struct argument, ulong gpa)
    {
        Struct answer = vm.Do(command, argument);
        Check.Equal("fault", 0, answer.I32(40));
        Check.Equal("gpa", gpa, answer.U64(48));
    }

    private static byte[] Bytes(ulong entry) => BitConverter.GetBytes(entry);

    private static ulong Entry(VmClient vm, ulong address) => BitConverter.ToUInt64(vm.Read(address, 8));
}
