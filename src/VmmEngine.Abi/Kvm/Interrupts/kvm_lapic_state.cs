namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_LAPIC and KVM_SET_LAPIC, 1024 bytes: the register page of the APIC. asm/kvm.h.</summary>
public unsafe struct kvm_lapic_state
{
    public const int KVM_APIC_REG_SIZE = 0x400;

    public fixed byte regs[KVM_APIC_REG_SIZE];
}
