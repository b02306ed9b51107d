namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_ENABLE_CAP, 104 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_enable_cap
{
    /// <summary>A value of <see cref="kvm_cap"/>.</summary>
    public uint cap;

    public uint flags;

    /// <summary>Defined by the capability.</summary>
    public fixed ulong args[4];

    public fixed byte pad[64];
}
