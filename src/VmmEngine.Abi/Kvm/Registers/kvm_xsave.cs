namespace VmmEngine.Abi.Kvm;

/// <summary>
/// Argument of KVM_GET_XSAVE and KVM_SET_XSAVE, 4096 bytes, and the start of KVM_GET_XSAVE2's. asm/kvm.h. With dynamic
/// features the area is longer; KVM_CHECK_EXTENSION of <see cref="kvm_cap.KVM_CAP_XSAVE2"/> gives its bytes.
/// </summary>
public unsafe struct kvm_xsave
{
    /// <summary>Laid out as CPUID leaf 0xD of the host says.</summary>
    public fixed uint region[1024];
}
