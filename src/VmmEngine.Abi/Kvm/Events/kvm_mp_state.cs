namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_MP_STATE and KVM_SET_MP_STATE, 4 bytes. linux/kvm.h.</summary>
public struct kvm_mp_state
{
    public uint mp_state;

    public const uint KVM_MP_STATE_RUNNABLE = 0;
    public const uint KVM_MP_STATE_UNINITIALIZED = 1;
    public const uint KVM_MP_STATE_INIT_RECEIVED = 2;
    public const uint KVM_MP_STATE_HALTED = 3;
    public const uint KVM_MP_STATE_SIPI_RECEIVED = 4;
}
