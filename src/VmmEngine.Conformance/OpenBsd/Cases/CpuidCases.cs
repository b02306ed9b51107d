using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.10: what a guest sees of the system below it.</summary>
internal static class CpuidCases
{
    private const uint ClockSource2 = 1 << 3;
    private const uint ClockStable = 1 << 24;

    // Leaf 1, ECX.
    private const uint Monitor = 1 << 3, Vmx = 1 << 5, Pcid = 1 << 17, X2Apic = 1 << 21, Hypervisor = 1u << 31;

    // Leaf 1, EDX.
    private const uint MachineCheck = 1 << 7, Apic = 1 << 9, Mtrr = 1 << 12, MachineCheckRegisters = 1 << 14, Threads = 1 << 28;

    private const string KvmsOwn = "There is a KVM that shows this bit of its own processor, whatever it is told.";

    // Leaf 80000001h, ECX.
    private const uint Svm = 1 << 2;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("guest/finds-the-signature", "7.10", "Of the system, and the highest of its leaves.", guest =>
        {
            (uint eax, uint ebx, uint ecx, uint edx) = Ask(guest, 0x4000_0000);
            byte[] text = [.. BitConverter.GetBytes(ebx), .. BitConverter.GetBytes(ecx), .. BitConverter.GetBytes(edx)];
            Check.Bytes("the signature", "OpenBSDVMM58"u8, text);
            Check.Equal("the highest leaf", 0x4000_0001u, eax);
        }, also: "RUN"),
        .. OnVm("guest/finds-the-clock", "7.10", "The bits by which guests know that the clock page is there and stable.", guest =>
            Check.Equal("the bits", ClockSource2 | ClockStable, Ask(guest, 0x4000_0001).Eax), also: "RUN"),
        .. OnVm("guest/is-told-of-a-hypervisor", "7.10", "Else it would not look for the signature.", guest =>
            Check.Equal("the bit", Hypervisor, Ask(guest, 1).Ecx & Hypervisor), also: "RUN"),
        .. OnVm("guest/has-the-vCPUs-id", "7.10", "As its APIC's.", guest => Check.Equal("the id", 0u, Ask(guest, 1).Ebx >> 24), also: "RUN"),
        .. Hidden("APIC", 1, answer => answer.Edx & Apic),
        .. Hidden("x2APIC", 1, answer => answer.Ecx & X2Apic),
        .. Hidden("VMX", 1, answer => answer.Ecx & Vmx),
        .. Hidden("SVM", 0x8000_0001, answer => answer.Ecx & Svm),
        .. Hidden("MONITOR", 1, answer => answer.Ecx & Monitor),
        .. Hidden("PCID", 1, answer => answer.Ecx & Pcid),
        .. Hidden("MTRR", 1, answer => answer.Edx & Mtrr, KvmsOwn),
        .. Hidden("MCE", 1, answer => answer.Edx & (MachineCheck | MachineCheckRegisters), KvmsOwn),
        .. Hidden("HTT", 1, answer => answer.Edx & Threads, KvmsOwn),
    ];

    private static IEnumerable<ConformanceCase> Hidden(string what, uint leaf, Func<(uint Eax, uint Ebx, uint Ecx, uint Edx), uint> bits, string? onKvm = null) =>
        OnVm($"guest/finds-no-{what}", "7.10", "It is not there, or the client's.", guest =>
        {
            if (onKvm is not null)
            {
                SkipOnKvm(guest.Host, onKvm);
            }

            Check.Equal("the bits", 0u, bits(Ask(guest, leaf)));
        }, also: "RUN");

    private static (uint Eax, uint Ebx, uint Ecx, uint Edx) Ask(Guest guest, uint leaf)
    {
        guest.LoadRealMode([0x66, 0xB8, .. BitConverter.GetBytes(leaf), 0x66, 0x31, 0xC9, 0x0F, 0xA2, 0xE6, 0x55]); // mov eax, leaf; xor ecx, ecx; cpuid; out
        RegisterState seen = guest.RunToPort(0x55).Registers;
        return ((uint)seen.Gpr(RegisterState.Rax), (uint)seen.Gpr(RegisterState.Rbx), (uint)seen.Gpr(RegisterState.Rcx), (uint)seen.Gpr(RegisterState.Rdx));
    }
}
