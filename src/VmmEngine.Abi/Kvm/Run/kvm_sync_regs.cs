using System.Runtime.InteropServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>Registers shared through <see cref="kvm_run"/> in place of commands, 520 bytes. asm/kvm.h.</summary>
public struct kvm_sync_regs
{
    public kvm_regs regs;
    public kvm_sregs sregs;
    public kvm_vcpu_events events;

    public const ulong KVM_SYNC_X86_REGS = 0x1;
    public const ulong KVM_SYNC_X86_SREGS = 0x2;
    public const ulong KVM_SYNC_X86_EVENTS = 0x4;
}

/// <summary>Member of <see cref="kvm_run"/>, 2048 bytes, anonymous in the kernel.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct kvm_run_s
{
    [FieldOffset(0)] public kvm_sync_regs regs;
    [FieldOffset(0)] public fixed byte padding[2048];
}
