namespace VmmEngine.Abi.Kvm;

/// <summary>
/// Head of the argument of KVM_GET_MSRS and KVM_SET_MSRS, 8 bytes; <see cref="kvm_msr_entry"/> elements follow it. asm/kvm.h.
/// Both commands return how many entries they did before the first they could not.
/// </summary>
public struct kvm_msrs
{
    /// <summary>Elements that follow.</summary>
    public uint nmsrs;

    public uint pad;
}

/// <summary>One model-specific register, 16 bytes. asm/kvm.h.</summary>
public struct kvm_msr_entry
{
    public uint index;
    public uint reserved;
    public ulong data;
}

/// <summary>
/// Head of the argument of KVM_GET_MSR_INDEX_LIST and KVM_GET_MSR_FEATURE_INDEX_LIST, 4 bytes; 32-bit indices follow it.
/// asm/kvm.h. Too few elements is E2BIG, with the count needed written back.
/// </summary>
public struct kvm_msr_list
{
    /// <summary>Elements that follow.</summary>
    public uint nmsrs;
}
