using System.Runtime.InteropServices;

namespace VmmEngine.Abi.OpenBsd;

/// <summary>
/// What VMM_IOC_RUN exchanges through its pointer, 600 bytes. Sheet sections 3 and 7. On return why the guest was left and
/// all its registers; on entry the client's answer to the exit before.
/// </summary>
public struct vm_exit
{
    public vm_exit_u u;

    public vcpu_reg_state vrs;

    /// <summary>0 to 3, -1 when unknown.</summary>
    public int cpl;
}

/// <summary>The part of <see cref="vm_exit"/> that depends on the exit reason, 20 bytes; anonymous in the kernel.</summary>
[StructLayout(LayoutKind.Explicit)]
public struct vm_exit_u
{
    [FieldOffset(0)] public vm_exit_inout vei;
    [FieldOffset(0)] public vm_exit_eptviolation vee;
}
