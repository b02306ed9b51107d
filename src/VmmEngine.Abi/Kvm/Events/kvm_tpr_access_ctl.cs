namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_TPR_ACCESS_REPORTING, 40 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_tpr_access_ctl
{
    public uint enabled;
    public uint flags;
    public fixed uint reserved[8];
}
