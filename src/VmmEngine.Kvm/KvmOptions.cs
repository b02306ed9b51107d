namespace VmmEngine.Kvm;

/// <summary>How VMs are made on KVM.</summary>
public sealed record KvmOptions
{
    /// <summary>The device.</summary>
    public string Device { get; init; } = "/dev/kvm";

    /// <summary>
    /// Interrupt controllers (PIC, IO-APIC, local APICs) and the interval timer in the kernel. Without them HLT leaves the guest, and
    /// nothing interrupts it but exceptions and non-maskable interrupts.
    /// </summary>
    public bool KernelIrqchip { get; init; } = true;
}
