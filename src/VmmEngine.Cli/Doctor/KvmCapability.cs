namespace VmmEngine.Cli.Doctor;

/// <summary>A capability that the engine asks for or makes use of.</summary>
/// <param name="Name">linux/kvm.h's name without its KVM_CAP_ prefix.</param>
/// <param name="Number">What KVM_CHECK_EXTENSION is asked.</param>
/// <param name="Use">What the engine does with it.</param>
/// <param name="IsCount">Whether the answer is a number worth showing rather than yes or no.</param>
internal sealed record KvmCapability(string Name, int Number, string Use, bool IsCount = false)
{
    /// <summary>The short list, in the order of use: VM, memory, vCPU, interrupts, events.</summary>
    public static IReadOnlyList<KvmCapability> All { get; } =
    [
        new("USER_MEMORY", 3, "guest memory from this process"),
        new("SYNC_MMU", 16, "guest memory follows changes of the host's mappings"),
        new("READONLY_MEM", 81, "read-only guest memory"),
        new("NR_MEMSLOTS", 10, "memory slots in a VM", IsCount: true),
        new("NR_VCPUS", 9, "recommended number of vCPUs", IsCount: true),
        new("MAX_VCPUS", 66, "largest number of vCPUs", IsCount: true),
        new("SYNC_REGS", 74, "registers through the shared page"),
        new("IMMEDIATE_EXIT", 136, "kicks without a signal mask"),
        new("VCPU_EVENTS", 41, "saving pending exceptions and interrupts"),
        new("MP_STATE", 14, "saving halted and waiting vCPUs"),
        new("XSAVE", 55, "saving extended registers"),
        new("X86_USER_SPACE_MSR", 188, "model-specific registers answered by the engine"),
        new("TSC_CONTROL", 60, "a guest clock of another frequency"),
        new("SPLIT_IRQCHIP", 121, "local APICs in the kernel"),
        new("IRQ_ROUTING", 25, "the ends of level-triggered interrupts"),
        new("SIGNAL_MSI", 77, "message-signalled interrupts"),
        new("IOEVENTFD", 36, "port writes that wake a thread instead of leaving the guest"),
        new("IRQFD", 32, "interrupts raised by an eventfd"),
        new("COALESCED_MMIO", 15, "batched memory-mapped writes"),
        new("COALESCED_PIO", 162, "batched port writes"),
    ];
}
