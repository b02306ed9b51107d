namespace VmmEngine.Abi.Kvm;

/// <summary>What KVM_REINJECT_CONTROL's number points at, 32 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_reinject_control
{
    /// <summary>1 repeats the ticks a guest missed.</summary>
    public byte pit_reinject;

    public fixed byte reserved[31];
}
