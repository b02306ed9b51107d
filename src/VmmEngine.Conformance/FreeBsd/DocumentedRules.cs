using VmmEngine.Conformance.Cases;

namespace VmmEngine.Conformance.FreeBsd;

/// <summary>The rules that belong to no single error: orders of checks, states, exits, and the traps that clients fall into. Each names its cases.</summary>
internal static class DocumentedRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        // What happens before a device sees a command.
        new("1", "A malformed word is refused first of all.", "word/malformed-is-ENOTTY-before-EBADF"),
        new("1", "Copying in comes before the descriptor and before the tables.",
            "argument/unreadable-is-EFAULT-before-EBADF", "argument/unreadable-is-EFAULT-before-ENOTTY"),
        new("1", "An argument that is output alone is the command's, every byte.", "argument/output-only-is-written-whole"),

        // Making and destroying.
        new("2.3", "The struct is judged before the list.", "VMMCTL_VM_CREATE/malformed-comes-before-existing-and-is-EINVAL"),
        new("2.3", "The list comes before the privilege.", "VMMCTL_VM_CREATE/existing-comes-before-privilege-and-is-EEXIST"),
        new("2.3", "The privilege comes before the limit.", "VMMCTL_VM_CREATE/privilege-comes-before-the-limit-and-is-EPERM"),
        new("2.3", "The limit comes before the node.", "VMMCTL_VM_CREATE/limit-comes-before-the-name-and-is-ENOMEM"),
        new("2.4", "Names are nodes' names.", "VMMCTL_VM_CREATE/empty-name-is-EINVAL", "VMMCTL_VM_CREATE/white-space-is-EINVAL",
            "VMMCTL_VM_CREATE/dot-component-is-EINVAL", "VMMCTL_VM_CREATE/slashes-collapse-so-the-node-is-EEXIST"),
        new("2.5", "A destruction takes running vCPUs along, whatever they do.", "VMMCTL_VM_DESTROY/a-running-guest-ends",
            "VMMCTL_VM_DESTROY/a-halted-guest-ends", "VMMCTL_VM_DESTROY/a-waiting-suspend-ends"),
        new("2.6", "Destroy-on-close is for the open file.", "VMMCTL_VM_CREATE/destroy-on-close-at-the-last-close"),
        new("2.7", "The open mode of a VM's descriptor does not matter.", "descriptor/open-mode-does-not-matter"),

        // What precedes handlers.
        new("3.5", "Gone comes before unknown.", "VMMCTL_VM_DESTROY/gone-comes-before-unknown-and-is-ENXIO"),
        new("3.5", "The passthrough privilege is asked for before the handler looks at its device.",
            "VM_BIND_PPTDEV/a-jail-without-leave-is-EPERM", "VM_UNBIND_PPTDEV/a-user-is-EPERM"),
        new("4.2", "Freezing one vCPU throws it out of the guest.", "VM_GET_REGISTER/throws-the-vCPU-out", "vCPUs/a-halted-one-is-woken"),
        new("4.3", "Freezing all throws all out.", "VM_MMAP_MEMSEG/throws-all-vCPUs-out"),
        new("3.2", "Commands without vCPU locks leave the guest alone.", "vCPUs/commands-without-locks-leave-the-guest-alone"),

        // States.
        new("4.2", "Two threads may run one vCPU.", "vCPUs/two-runners-share-one"),
        new("4.4", "Suspended comes before debug-stopped.", "VM_RUN/suspended-comes-before-debug-stopped"),
        new("4.6", "The first reason wins.", "VM_SUSPEND/pending-is-EALREADY"),
        new("4.6", "A client may give the reason of a destruction.", "VM_SUSPEND/reason-5-reaches-the-client"),
        new("4.7", "A reset empties the sets and forgets the suspend.", "VM_REINIT/empties-the-sets", "VM_REINIT/forgets-the-suspend"),
        new("4.7", "A reset resets vCPUs.", "VM_REINIT/resets-registers", "VM_REINIT/drops-a-pending-exception", "VM_STATS/a-reset-zeroes-them",
            "VM_REINIT/disables-x2APIC"),
        new("4.8", "A debug stop is a busy return.", "VM_SUSPEND_CPU/the-run-says-DEBUG"),
        new("4.8", "CPU sets: size, then which, then room, then the copy.", "VM_GET_CPUS/bad-size-comes-before-bad-set-and-is-ERANGE",
            "VM_GET_CPUS/no-such-set-is-EINVAL", "VM_GET_CPUS/too-small-for-the-set-is-ERANGE", "VM_GET_CPUS/unwritable-is-EFAULT"),
        new("4.8", "A topology's product does not wrap.", "VM_SET_TOPOLOGY/product-beyond-32-bits-is-EINVAL"),

        // Running.
        new("5.1", "Where the guest goes on.", "VM_RUN/goes-on-behind-a-completed-exit", "VM_RUN/RIP-is-the-exiting-instructions",
            "VM_RUN/a-written-RIP-is-where-it-goes-on", "VM_RESTART_INSTRUCTION/repeats", "VM_INJECT_EXCEPTION/that-restarts-returns-to-it",
            "exit/INST_EMUL-undecoded"),
        new("5.2", "INOUT (0) reaches the client.", "exit/INOUT-out", "exit/INOUT-in"),
        new("5.2", "VMX (1) or SVM (19) reaches the client.", "exit/fetch-from-nowhere-is-fatal"),
        new("5.2", "BOGUS (2) reaches the client.", "exit/BOGUS"),
        new("5.2", "RDMSR (3) reaches the client.", "exit/RDMSR"),
        new("5.2", "WRMSR (4) reaches the client.", "exit/WRMSR"),
        new("5.2", "HLT (5) sleeps in the system.", "VM_RUN/halted-for-good-suspends", "VM_LAPIC_IRQ/wakes-a-halted-vCPU"),
        new("5.2", "MTRAP (6) reaches the client.", "exit/MTRAP"),
        new("5.2", "PAUSE (7) reaches the client if enabled.", "exit/PAUSE", "exit/no-PAUSE-unless-enabled"),
        new("5.2", "PAGING (8) is EFAULT.", "VM_RUN/a-write-to-read-only-memory-is-EFAULT"),
        new("5.2", "INST_EMUL (9) reaches the client.", "exit/INST_EMUL-read", "exit/INST_EMUL-write", "exit/INST_EMUL-in-64-bit-mode"),
        new("5.2", "SPINUP_AP (10) reaches clients without IPI exits.", "IPI/STARTUP-without-exits-is-SPINUP_AP"),
        new("5.2", "SUSPENDED (14) reaches the client.", "VM_SUSPEND/reason-2-reaches-the-client"),
        new("5.2", "INOUT_STR (15) reaches the client in 64-bit mode.", "exit/INOUT_STR-out", "exit/INOUT_STR-repeated-in",
            "VM_RUN/string-IO-outside-64-bit-mode-is-EINVAL"),
        new("5.2", "TASK_SWITCH (16) reaches the client.", "exit/TASK_SWITCH"),
        new("5.2", "MONITOR (17), MWAIT (18) and VMINSN (22) are #UD.", "exit/MONITOR-is-undefined", "exit/MWAIT-is-undefined", "exit/VMRUN-is-undefined"),
        new("5.2", "REQIDLE (20) reaches the client.", "VM_GET_REGISTER/throws-the-vCPU-out"),
        new("5.2", "DEBUG (21) reaches the client.", "VM_SUSPEND_CPU/the-run-says-DEBUG"),
        new("5.2", "BPT (23) reaches the client if enabled.", "exit/BPT", "exit/no-BPT-unless-enabled"),
        new("5.2", "IPI (24) reaches the client if enabled.", "IPI/INIT-and-STARTUP-are-exits-if-enabled"),
        new("5.2", "DB (25) reaches the client.", "exit/DB"),
        new("5.2", "CPUID, control registers and cache flushes do not.", "exit/no-exit-for-CPUID", "exit/no-exit-for-CR0", "exit/no-exit-for-WBINVD", "exit/no-exit-for-INVD"),
        new("5.4", "The local APIC's registers are the system's, and its page does not move.", "exit/no-exit-for-APIC_BASE", "exit/moving-the-APIC-is-a-fault"),
        new("5.4", "Ports of the system's devices are no exits.", "ports/of-devices-are-no-exits", "ports/of-the-power-management-timer"),

        // Memory.
        new("6.1", "A segment: domains, then name, then id and length.", "VM_ALLOC_MEMSEG/mask-size-comes-before-name-and-is-ERANGE",
            "VM_ALLOC_MEMSEG/name-comes-before-id-and-is-ENAMETOOLONG"),
        new("6.1", "A segment whose node cannot be made is not made.", "VM_ALLOC_MEMSEG/bad-node-name-is-EINVAL"),
        new("6.2", "A mapping: arguments, then slots, then the address space.", "VM_MMAP_MEMSEG/arguments-come-before-slots-and-is-EINVAL",
            "VM_MMAP_MEMSEG/slots-come-before-overlap-and-is-ENOSPC"),
        new("6.3", "Reading, writing and mapping through the descriptor.", "memory/a-hole-below-the-end-reads-as-zeros", "memory/reading-at-the-end-is-EFAULT",
            "memory/writing-a-hole-is-EFAULT", "memory/mmap-of-a-hole-is-ENOENT", "memory/mmap-of-device-memory-is-EINVAL", "memory/mmap-to-execute-is-EINVAL"),
        new("6.4", "Nodes of device memory.", "node/mmap-is-the-segment", "node/bad-ranges-are-EINVAL", "node/is-gone-with-the-VM"),
        new("6.5", "A translation that faults succeeds and injects; the other form leaves no trace.", "VM_GLA2GPA/not-present-injects-a-page-fault",
            "VM_GLA2GPA_NOFAULT/injects-nothing", "VM_GLA2GPA_NOFAULT/changes-no-table"),

        // The fifteen traps.
        new("15.1", "Output is copied only on success.", "argument/output-only-on-success", "VM_RUN/errors-give-no-exit"),
        new("15.2", "Destroying an unknown VM is EINVAL, not ENOENT.", "VMMCTL_VM_DESTROY/unknown-name-is-EINVAL"),
        new("15.3", "Any valid id makes a vCPU.", "vCPUs/any-id-makes-one"),
        new("15.4", "The memory map is locked before vCPUs are frozen: a suspend barrier with one missing stops neither.", "VM_SUSPEND/a-waiting-vCPU-answers-other-commands"),
        new("15.5", "Nearly every vCPU command throws the vCPU out.", "VM_STATS/throws-the-vCPU-out", "VM_INJECT_NMI/throws-the-vCPU-out", "VM_LAPIC_IRQ/throws-the-vCPU-out"),
        new("15.6", "REQIDLE, BOGUS and DEBUG are normal returns.", "vCPUs/two-runners-share-one", "exit/BOGUS", "VM_SUSPEND_CPU/takes-a-running-vCPU-out"),
        new("15.7", "VM_RUN advances by itself.", "VM_RUN/goes-on-behind-a-completed-exit"),
        new("15.8", "All active vCPUs must be in VM_RUN for a suspend to complete.", "VM_SUSPEND/all-active-vCPUs-return-together"),
        new("15.9", "After a suspend, EINVAL until a reset, which needs all to have reported.", "VM_RUN/suspended-is-EINVAL", "VM_REINIT/not-suspended-is-EBUSY"),
        new("15.10", "A reset keeps system memory mapped and drops device memory and capabilities.", "VM_REINIT/keeps-memory",
            "VM_REINIT/drops-device-memory-mappings", "VM_REINIT/resets-capabilities"),
        new("15.11", "GETNEXT finds a start at or above.", "VM_MMAP_GETNEXT/starts-at-or-above"),
        new("15.12", "Overlap is EFAULT, no slot is ENOSPC.", "VM_MMAP_MEMSEG/overlap-is-EFAULT", "VM_MMAP_MEMSEG/the-23rd-is-ENOSPC"),
        new("15.13", "A guest's write to a read-only mapping ends the run.", "VM_RUN/a-write-to-read-only-memory-is-EFAULT"),
        new("15.14", "The message precedes the address.", "VM_LAPIC_MSI/the-message-comes-before-the-address"),
        new("15.15", "Error numbers are FreeBSD's.", "VM_SUSPEND/pending-is-EALREADY", "VM_ALLOC_MEMSEG/unterminated-name-is-ENAMETOOLONG"),
    ];
}
