namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_VCPU_EVENTS and KVM_SET_VCPU_EVENTS, 64 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_vcpu_events
{
    public kvm_vcpu_events_exception exception;
    public kvm_vcpu_events_interrupt interrupt;
    public kvm_vcpu_events_nmi nmi;
    public uint sipi_vector;

    /// <summary>Bits below; on set they say which optional fields count.</summary>
    public uint flags;

    public kvm_vcpu_events_smi smi;
    public kvm_vcpu_events_triple_fault triple_fault;
    public fixed byte reserved[26];
    public byte exception_has_payload;
    public ulong exception_payload;

    public const uint KVM_VCPUEVENT_VALID_NMI_PENDING = 0x1;
    public const uint KVM_VCPUEVENT_VALID_SIPI_VECTOR = 0x2;
    public const uint KVM_VCPUEVENT_VALID_SHADOW = 0x4;
    public const uint KVM_VCPUEVENT_VALID_SMM = 0x8;
    public const uint KVM_VCPUEVENT_VALID_PAYLOAD = 0x10;
    public const uint KVM_VCPUEVENT_VALID_TRIPLE_FAULT = 0x20;
}

/// <summary>Member of <see cref="kvm_vcpu_events"/>, 8 bytes, anonymous in the kernel.</summary>
public struct kvm_vcpu_events_exception
{
    public byte injected;
    public byte nr;
    public byte has_error_code;
    public byte pending;
    public uint error_code;
}

/// <summary>Member of <see cref="kvm_vcpu_events"/>, 4 bytes, anonymous in the kernel.</summary>
public struct kvm_vcpu_events_interrupt
{
    public byte injected;
    public byte nr;

    /// <summary>1 for INT n.</summary>
    public byte soft;

    /// <summary>Shadow bits below.</summary>
    public byte shadow;

    public const byte KVM_X86_SHADOW_INT_MOV_SS = 0x1;
    public const byte KVM_X86_SHADOW_INT_STI = 0x2;
}

/// <summary>Member of <see cref="kvm_vcpu_events"/>, 4 bytes, anonymous in the kernel.</summary>
public struct kvm_vcpu_events_nmi
{
    public byte injected;
    public byte pending;
    public byte masked;
    public byte pad;
}

/// <summary>Member of <see cref="kvm_vcpu_events"/>, 4 bytes, anonymous in the kernel.</summary>
public struct kvm_vcpu_events_smi
{
    public byte smm;
    public byte pending;
    public byte smm_inside_nmi;
    public byte latched_init;
}

/// <summary>Member of <see cref="kvm_vcpu_events"/>, 1 byte, anonymous in the kernel.</summary>
public struct kvm_vcpu_events_triple_fault
{
    public byte pending;
}
