using System.Runtime.InteropServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>The part of <see cref="kvm_run"/> that depends on the exit reason, 256 bytes; x86's members. linux/kvm.h.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct kvm_run_u
{
    [FieldOffset(0)] public kvm_run_hw hw;
    [FieldOffset(0)] public kvm_run_fail_entry fail_entry;
    [FieldOffset(0)] public kvm_run_ex ex;
    [FieldOffset(0)] public kvm_run_io io;
    [FieldOffset(0)] public kvm_debug_exit_arch debug;
    [FieldOffset(0)] public kvm_run_mmio mmio;
    [FieldOffset(0)] public kvm_run_hypercall hypercall;
    [FieldOffset(0)] public kvm_run_tpr_access tpr_access;
    [FieldOffset(0)] public kvm_run_internal @internal;
    [FieldOffset(0)] public kvm_run_emulation_failure emulation_failure;
    [FieldOffset(0)] public kvm_run_system_event system_event;
    [FieldOffset(0)] public kvm_run_eoi eoi;
    [FieldOffset(0)] public kvm_run_msr msr;
    [FieldOffset(0)] public kvm_run_notify notify;
    [FieldOffset(0)] public fixed byte padding[256];
}
