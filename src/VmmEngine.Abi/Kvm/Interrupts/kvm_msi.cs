namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_SIGNAL_MSI, 32 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_msi
{
    public uint address_lo;
    public uint address_hi;
    public uint data;
    public uint flags;
    public uint devid;
    public fixed byte pad[12];
}
