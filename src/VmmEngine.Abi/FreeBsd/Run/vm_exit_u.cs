using System.Runtime.InteropServices;

namespace VmmEngine.Abi.FreeBsd;

/// <summary>The part of <see cref="vm_exit"/> that depends on the exit code, 120 bytes. Sheet section 5.3.</summary>
[StructLayout(LayoutKind.Explicit)]
public struct vm_exit_u
{
    [FieldOffset(0)] public vm_inout inout;
    [FieldOffset(0)] public vm_inout_str inout_str;
    [FieldOffset(0)] public vm_exit_paging paging;
    [FieldOffset(0)] public vm_exit_inst_emul inst_emul;
    [FieldOffset(0)] public vm_exit_vmx vmx;
    [FieldOffset(0)] public vm_exit_svm svm;
    [FieldOffset(0)] public vm_exit_bpt bpt;
    [FieldOffset(0)] public vm_exit_dbg dbg;
    [FieldOffset(0)] public vm_exit_msr msr;
    [FieldOffset(0)] public vm_exit_spinup_ap spinup_ap;
    [FieldOffset(0)] public vm_exit_hlt hlt;
    [FieldOffset(0)] public vm_exit_ioapic_eoi ioapic_eoi;
    [FieldOffset(0)] public vm_exit_suspended suspended;
    [FieldOffset(0)] public vm_exit_ipi ipi;
    [FieldOffset(0)] public vm_exit_ipi_13 ipi_13;
    [FieldOffset(0)] public vm_task_switch task_switch;
}
