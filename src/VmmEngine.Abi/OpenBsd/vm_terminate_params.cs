namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_TERM, 4 bytes. Sheet section 3.</summary>
public struct vm_terminate_params
{
    public uint vtp_vm_id;
}
