namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_SREGS and KVM_SET_SREGS, 312 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_sregs
{
    public kvm_segment cs;
    public kvm_segment ds;
    public kvm_segment es;
    public kvm_segment fs;
    public kvm_segment gs;
    public kvm_segment ss;
    public kvm_segment tr;
    public kvm_segment ldt;
    public kvm_dtable gdt;
    public kvm_dtable idt;
    public ulong cr0;
    public ulong cr2;
    public ulong cr3;
    public ulong cr4;
    public ulong cr8;
    public ulong efer;
    public ulong apic_base;

    /// <summary>At most one bit set: the external interrupt being delivered.</summary>
    public fixed ulong interrupt_bitmap[4];
}

/// <summary>Argument of KVM_GET_SREGS2 and KVM_SET_SREGS2, 320 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_sregs2
{
    public kvm_segment cs;
    public kvm_segment ds;
    public kvm_segment es;
    public kvm_segment fs;
    public kvm_segment gs;
    public kvm_segment ss;
    public kvm_segment tr;
    public kvm_segment ldt;
    public kvm_dtable gdt;
    public kvm_dtable idt;
    public ulong cr0;
    public ulong cr2;
    public ulong cr3;
    public ulong cr4;
    public ulong cr8;
    public ulong efer;
    public ulong apic_base;
    public ulong flags;

    /// <summary>Valid with the flag below.</summary>
    public fixed ulong pdptrs[4];

    public const ulong KVM_SREGS2_FLAGS_PDPTRS_VALID = 0x1;
}
