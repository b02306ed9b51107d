namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_IRQFD, 32 bytes: an eventfd that raises an interrupt. linux/kvm.h.</summary>
public unsafe struct kvm_irqfd
{
    public uint fd;
    public uint gsi;
    public uint flags;

    /// <summary>With RESAMPLE: an eventfd told when the guest ends the interrupt.</summary>
    public uint resamplefd;

    public fixed byte pad[16];

    public const uint KVM_IRQFD_FLAG_DEASSIGN = 0x1;
    public const uint KVM_IRQFD_FLAG_RESAMPLE = 0x2;
}
