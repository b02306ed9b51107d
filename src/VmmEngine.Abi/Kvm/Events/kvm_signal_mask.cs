namespace VmmEngine.Abi.Kvm;

/// <summary>
/// Head of the argument of KVM_SET_SIGNAL_MASK, 4 bytes; the signal set in the kernel's own format follows it. linux/kvm.h.
/// </summary>
public struct kvm_signal_mask
{
    /// <summary>Bytes that follow: 8, whatever the C library's set measures.</summary>
    public uint len;
}
