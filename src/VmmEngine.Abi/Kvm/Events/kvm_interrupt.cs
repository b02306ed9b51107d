namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_INTERRUPT, 4 bytes: an external interrupt, when no interrupt chip is in the kernel. linux/kvm.h.</summary>
public struct kvm_interrupt
{
    /// <summary>Vector.</summary>
    public uint irq;
}
