namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_TRANSLATE, 24 bytes. linux/kvm.h. The address is input, the rest is output.</summary>
public unsafe struct kvm_translation
{
    public ulong linear_address;
    public ulong physical_address;

    /// <summary>1 when the address is mapped; the fields around it mean nothing otherwise.</summary>
    public byte valid;

    public byte writeable;
    public byte usermode;
    public fixed byte pad[5];
}
