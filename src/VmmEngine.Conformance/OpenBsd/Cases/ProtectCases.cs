using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.8: what a guest may do with its memory. The newer revision has no such command.</summary>
internal static class ProtectCases
{
    private const ulong Page = VmmClient.PageSize;
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Refused("write-alone", 0x4000, Page, Write),
        Refused("no-protection", 0x4000, Page, 0),
        Refused("unknown-bits-alone", 0x4000, Page, 8),
        Refused("writing-and-executing-with-unknown-bits", 0x4000, Page, 15),
        Refused("an-unaligned-address", 0x4800, Page, 7),
        Refused("an-unaligned-size", 0x4000, Page + 1, 7),
        Refused("no-size", 0x4000, 0, 7),
        Refused("512-GiB", 0, 512UL << 30, 7),
        Refused("a-range-that-wraps", 0xFFFF_FFFF_FFFF_F000, 2 * Page, 7),
        Refused("a-start-in-no-range", 0x40_0000, Page, 7),
        OnHost(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/where-devices-are-is-EINVAL", "7.8", "From F0000000h to FFDFFFFFh, at either end.", host =>
        {
            Guest guest = host.Create(host.Backed(new MemoryRange(0, GuestCode.MemorySize), new MemoryRange(0xEFFF_F000, 4 * Page), new MemoryRange(0xFFDF_F000, 2 * Page)));
            guest.Expect(EINVAL, guest.Revision.ProtectMemory!, Protect(guest.Id, 0xF000_0000, Page, 7));
            guest.Expect(EINVAL, guest.Revision.ProtectMemory!, Protect(guest.Id, 0xEFFF_F000, 2 * Page, 7));
            guest.Expect(EINVAL, guest.Revision.ProtectMemory!, Protect(guest.Id, 0xFFDF_F000, 2 * Page, 7));
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0xEFFF_F000, Page, 7));
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0xFFE0_0000, Page, 7));
        }),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/a-forbidden-write-is-an-exit", "7.8", "Of type 3; without it the write is carried out.", guest =>
        {
            guest.LoadRealMode(0xA2, 0x00, 0x40, 0xE6, 0x55); // [4000h] = al; out
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rax, 0x77));
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read | Execute));
            Exit exit = guest.RunTo(Exits.EptViolation);
            Check.Equal("vee_fault_type", Exits.Protect, exit.FaultType);
            Check.Equal("vee_insn_len", 3, exit.FaultLength);
            Check.Equal("RIP", GuestCode.Start, exit.Rip);
            Check.Equal("the byte", (byte)0, guest.Memory.Bytes[0x4000]);
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read | Write | Execute));
            Check.Equal("the port", 0x55, guest.Run().Port);
            Check.Equal("the byte at last", (byte)0x77, guest.Memory.Bytes[0x4000]);
        }, also: "RUN"),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/reading-stays-allowed", "7.8", "Of what may be read.", guest =>
        {
            guest.LoadRealMode(0xA0, 0x00, 0x40, 0xE6, 0x55);
            guest.Write(0x4000, 0x66);
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read));
            Check.Equal("AL", 0x66u, guest.RunToPort(0x55).Data);
        }, also: "RUN"),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/only-its-pages", "7.8", "The page before and the page behind stay writable.", guest =>
        {
            guest.LoadRealMode(0xA2, 0xFF, 0x3F, 0xA2, 0x00, 0x50, 0xE6, 0x55); // [3FFFh] = al; [5000h] = al; out
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read));
            guest.RunToPort(0x55);
        }, also: "RUN"),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/writing-and-executing-is-allowed", "7.8", "The test against it needs a bit that means nothing.", guest =>
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read | Write | Execute))),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/the-client-may-write-all-the-same", "7.8", "It is the guest's protection.", guest =>
        {
            guest.Do(guest.Revision.ProtectMemory!, Protect(guest.Id, 0x4000, Page, Read));
            guest.Write(0x4000, 1);
            Check.Equal("the byte", (byte)1, guest.Memory.Bytes[0x4000]);
        }),
    ];

    private static ConformanceCase Refused(string what, ulong address, ulong size, int protection) =>
        OnVm(Revision.Baseline, $"VMM_IOC_MPROTECT_EPT/{what}-is-EINVAL", "7.8", "Before anything changes.", guest =>
            guest.Expect(EINVAL, guest.Revision.ProtectMemory!, Protect(guest.Id, address, size, protection)));
}
