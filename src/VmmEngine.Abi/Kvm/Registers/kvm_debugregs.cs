namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_DEBUGREGS and KVM_SET_DEBUGREGS, 128 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_debugregs
{
    public fixed ulong db[4];
    public ulong dr6;
    public ulong dr7;
    public ulong flags;
    public fixed ulong reserved[9];
}
