using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>How VMs are made on KVM.</summary>
public sealed record KvmOptions
{
    /// <summary>The device.</summary>
    public string Device { get; init; } = "/dev/kvm";

    /// <summary>
    /// Interrupt controllers, of which the local APICs are in the kernel, where their vCPUs also halt. Without them HLT leaves the guest, and
    /// nothing interrupts it but exceptions and non-maskable interrupts.
    /// </summary>
    public bool KernelIrqchip { get; init; } = true;

    /// <summary>
    /// Signals that the thread does not block interrupt the guest, so that their handlers run at once; what comes of them then is the caller's
    /// business. Off, the default: they wait until something else makes KVM_RUN return. On costs a system call a run.
    /// </summary>
    public bool ThreadSignals { get; init; }

    /// <summary>The time of the VM's devices; null: the VM makes a clock of its own.</summary>
    /// <remarks>Owned by the caller.</remarks>
    public VmClock? Clock { get; init; }
}
