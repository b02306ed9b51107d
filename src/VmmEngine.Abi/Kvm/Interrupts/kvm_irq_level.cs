namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_IRQ_LINE and KVM_IRQ_LINE_STATUS, 8 bytes. linux/kvm.h.</summary>
public struct kvm_irq_level
{
    /// <summary>Line on input. KVM_IRQ_LINE_STATUS writes a signed status here: 0 for merged, negative for ignored.</summary>
    public uint irq;

    public uint level;
}
