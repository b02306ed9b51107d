namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_SET_GUEST_DEBUG, 72 bytes. linux/kvm.h.</summary>
public struct kvm_guest_debug
{
    public uint control;
    public uint pad;
    public kvm_guest_debug_arch arch;

    public const uint KVM_GUESTDBG_ENABLE = 0x1;
    public const uint KVM_GUESTDBG_SINGLESTEP = 0x2;
    public const uint KVM_GUESTDBG_USE_SW_BP = 0x10000;
    public const uint KVM_GUESTDBG_USE_HW_BP = 0x20000;
    public const uint KVM_GUESTDBG_INJECT_DB = 0x40000;
    public const uint KVM_GUESTDBG_INJECT_BP = 0x80000;
    public const uint KVM_GUESTDBG_BLOCKIRQ = 0x100000;
}

/// <summary>Hardware breakpoints, 64 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_guest_debug_arch
{
    /// <summary>DR0 to DR7.</summary>
    public fixed ulong debugreg[8];
}
