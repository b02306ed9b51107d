using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd;

/// <summary>The rules that belong to no single error: orders of checks, states, exits, and the traps that clients fall into. Each names its cases, in each revision.</summary>
internal static class DocumentedRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        // What happens before the device sees a command.
        .. Both("2", "A descriptor comes before everything.", "descriptor/closed-is-EBADF", "descriptor/open-for-nothing-is-EBADF"),
        .. Both("2", "Copying in comes before the device.", "argument/unreadable-is-EFAULT-before-ENOTTY"),
        .. Both("2", "Copying out is for success.", "argument/output-only-on-success", "VMM_IOC_RUN/errors-tell-no-exit", "argument/input-only-is-not-written"),
        .. Both("2", "Size and direction are parts of a command.", "word/another-size-is-ENOTTY", "word/another-direction-is-ENOTTY", "word/the-other-revisions-is-ENOTTY"),
        .. Baseline("2", "Number 11 is two commands.", "word/number-11-is-two-commands"),
        .. Both("5", "VMs are the device's.", "descriptor/a-VM-outlives-its-own", "descriptor/all-see-the-same-VMs", "descriptor/mode-does-not-matter"),
        .. Both("5", "A sleeping machine keeps commands waiting, and waits for those inside.", "sleep/commands-wait", "sleep/waits-for-runs"),
        .. Both("5", "Two layers of promises: commands, then VMs.", "promises/vmm-without-proc-manages-nothing", "promises/vmm-without-proc-sees-no-other-VM",
            "promises/a-manager-sees-all", "promises/none-made-sees-all"),
        .. Both("5", "An unknown VM comes before visibility.", "promises/an-unknown-VM-comes-first-and-is-ENOENT"),

        // VMs.
        .. Both("6", "Virtualization, then the argument, then the limit.", "VMM_IOC_CREATE/virtualization-comes-first-and-is-EIO",
            "VMM_IOC_CREATE/mistakes-come-before-the-limit-and-is-EINVAL"),
        .. Both("6", "Ranges ascend and may touch; types are not judged.", "VMM_IOC_CREATE/16-ranges-that-touch", "VMM_IOC_CREATE/other-types-are-memory"),
        .. Both("6", "Ids are never reused, names are no keys.", "VMM_IOC_CREATE/ids-begin-at-1-and-are-never-reused", "VMM_IOC_CREATE/names-may-be-equal-or-empty"),
        .. Baseline("6", "Memory is the client's.", "VMM_IOC_CREATE/memory-stays-the-clients", "VMM_IOC_CREATE/memory-keeps-its-contents"),
        .. Newer("6", "Memory is the device's.", "VMM_IOC_CREATE/memory-is-brought", "VMM_IOC_CREATE/memory-outlives-the-VM"),
        .. Both("6", "A report without room is a success.", "VMM_IOC_INFO/too-little-room-says-how-much", "VMM_IOC_INFO/leaves-the-size-as-given"),
        .. Both("6", "The count of a report covers VMs that are ending.", "VMM_IOC_INFO/counts-VMs-that-are-ending"),
        .. Both("6", "An end waits for runs.", "VMM_IOC_TERM/returns-when-the-run-is-over"),
        .. Both("6", "Sharing loses its errors.", "VMM_IOC_SHAREMEM/another-count-maps-nothing", "VMM_IOC_SHAREMEM/another-size-maps-nothing"),

        // States.
        .. Both("7.1", "STOPPED, RUNNING, STOPPED.", "VMM_IOC_RUN/stops-with-an-exit"),
        .. Both("7.1", "RUNNING, TERMINATED, for good.", "VMM_IOC_RUN/terminated-is-EBUSY", "VMM_IOC_RESETCPU/terminated-is-EBUSY", "vCPU/terminated-answers-the-rest",
            "VMM_IOC_TERM/in-every-state"),
        .. Both("7.1", "RUNNING for ever, after an exit that could not be read.", "VMM_IOC_RUN/unreadable-exit-is-EFAULT"),
        .. Both("7.1", "Commands on a running vCPU get their turn; they are not EBUSY.", "VMM_IOC_RUN/two-take-turns", "VMM_IOC_READREGS/gets-its-turn-at-a-running-vCPU",
            "VMM_IOC_WRITEREGS/gets-its-turn-at-a-running-vCPU", "VMM_IOC_RESETCPU/gets-its-turn-at-a-running-vCPU"),
        .. Baseline("7.1", "So does the protection's.", "VMM_IOC_MPROTECT_EPT/gets-its-turn-at-a-running-vCPU", "VMM_IOC_MPROTECT_EPT/terminated-is-EBUSY"),
        .. Both("7.1", "Some do not wait.", "VMM_IOC_INTR/does-not-wait-for-a-run", "VMM_IOC_READVMPARAMS/does-not-wait-for-a-run",
            "VMM_IOC_WRITEVMPARAMS/does-not-wait-for-a-run", "VMM_IOC_SHAREMEM/does-not-wait-for-a-run", "VMM_IOC_INFO/does-not-wait-for-a-run"),
        .. Baseline("7.1", "STOPPED, with the exit lost.", "VMM_IOC_RUN/unwritable-exit-is-EFAULT"),
        .. Baseline("7.2", "Resets use VPIDs up.", "VMM_IOC_RESETCPU/no-VPID-left-is-EIO"),
        .. Newer("7.2", "Creations use VPIDs up.", "VMM_IOC_RESETCPU/takes-no-VPID", "VMM_IOC_CREATE/no-VPID-left-is-ENOMEM"),
        .. Both("7.2", "A reset forces XCR0.", "VMM_IOC_RESETCPU/XCR0-becomes-x87-alone"),

        // Runs.
        .. Both("7.3", "The last exit decides what of an answer counts.", "VMM_IOC_RUN/an-IN-takes-RAX-zero-extended", "VMM_IOC_RUN/a-port-takes-RIP-and-nothing-else",
            "VMM_IOC_RUN/device-memory-takes-all-general-registers", "VMM_IOC_RUN/other-exits-take-nothing", "VMM_IOC_RUN/its-own-last-reason-decides"),
        .. Baseline("7.3", "Without vrp_continue nothing counts.", "VMM_IOC_RUN/without-an-answer-the-port-comes-again", "VMM_IOC_RUN/without-an-answer-old-bytes-may-come-again"),
        .. Newer("7.3", "The answer always counts.", "VMM_IOC_RUN/always-takes-the-answer", "VMM_IOC_RUN/the-answer-wins-over-written-registers"),
        .. Both("7.3", "An interrupt for a guest that is not ready is lost.", "inject/the-first-run-drops-an-interrupt", "inject/a-dropped-interrupt-is-not-kept",
            "inject/a-shadow-drops-an-interrupt", "inject/an-interrupt-enters-a-ready-guest"),
        .. Both("7.3", "Error codes: some exceptions have one, none in real mode, and 0 for one.", "inject/exception-13-has-an-error-code", "inject/exception-17-has-an-error-code",
            "inject/exception-13-in-real-mode-has-no-error-code", "inject/exception-6-has-none"),
        .. Both("7.3", "Other types of events are ignored.", "inject/type-3-is-ignored", "inject/type-255-is-ignored"),
        .. Both("7.4", "A yield is a success without a reason.", "exit/a-yield-is-NONE"),
        .. Both("7.4", "IO is the client's, strings and repetitions too.", "exit/IO-in-dx-eax", "exit/IO-rep-outsw", "exit/IO-rep-insd", "exit/every-port-is-the-clients"),
        .. Both("7.4", "HLT is the client's, if something can end it.", "exit/HLT", "VMM_IOC_RUN/a-halt-for-good-is-EIO"),
        .. Both("7.4", "Device memory is the client's, without an address.", "exit/device-memory-read", "exit/device-memory-write"),
        .. Both("7.4", "Other addresses are fatal.", "VMM_IOC_RUN/an-address-in-no-range-is-EINVAL"),
        .. Baseline("7.4", "A protection is an exit.", "VMM_IOC_MPROTECT_EPT/a-forbidden-write-is-an-exit"),
        .. Both("7.4", "A triple fault stops.", "exit/triple-fault", "VMM_IOC_RESETCPU/after-a-triple-fault"),
        .. Both("7.4", "The interrupt window.", "pending/the-window-of-a-guest-that-was-not-ready", "pending/a-ready-guest-comes-back-at-once", "pending/none-means-no-window"),
        .. Both("7.4", "CPUID, MSRs, control registers, and instructions of virtualization are handled inside.", "exit/no-exit-for-CPUID",
            "exit/no-exit-for-writing-an-unknown-MSR", "exit/reading-an-unknown-MSR-is-exception-13", "exit/no-exit-for-a-write-to-CR0", "exit/VMCALL-is-exception-6"),
        .. Both("7.5", "A run forgets the client's interrupt from before it.", "VMM_IOC_INTR/is-forgotten-by-the-next-run"),
        .. Both("7.6", "Masks say which groups; other bits mean nothing.", "VMM_IOC_READREGS/leaves-other-groups-as-passed", "VMM_IOC_READREGS/unknown-mask-bits-are-ignored",
            "VMM_IOC_WRITEREGS/unknown-mask-bits-are-ignored"),
        .. Both("7.6", "CR8 and CR2 are exceptions.", "VMM_IOC_READREGS/CR8-is-never-read", "VMM_IOC_WRITEREGS/CR2-is-only-read"),
        .. Both("7.6", "The orders of registers are today's.", "registers/are-the-guests-in-this-order", "registers/segments-in-this-order"),
        .. Both("7.7", "A clock that cannot be is no error.", "VMM_IOC_WRITEVMPARAMS/in-the-last-place-changes-nothing", "VMM_IOC_WRITEVMPARAMS/unaligned-changes-nothing",
            "guest/gets-an-exception-for-a-bad-clock"),
        .. Both("7.7", "The record is written at once.", "VMM_IOC_WRITEVMPARAMS/writes-the-record"),
        .. Both("7.10", "The guest's marks.", "guest/finds-the-signature", "guest/finds-the-clock", "guest/sets-its-clock-by-MSR", "guest/finds-no-APIC"),
    ];

    private static IEnumerable<Rule> Both(string section, string says, params string[] cases) => Revision.All.Select(revision => Of(revision, section, says, cases));

    private static IEnumerable<Rule> Baseline(string section, string says, params string[] cases) => [Of(Revision.Baseline, section, says, cases)];

    private static IEnumerable<Rule> Newer(string section, string says, params string[] cases) => [Of(Revision.Newer, section, says, cases)];

    private static Rule Of(Revision revision, string section, string says, string[] cases) =>
        new(section, $"{says} ({revision})", [.. cases.Select(name => $"{revision}/{name}")]);
}
