namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_INTR, 12 bytes. Sheet sections 3 and 7.5.</summary>
public struct vm_intr_params
{
    public uint vip_vm_id;
    public uint vip_vcpu_id;

    /// <summary>A level, not a vector: 0 withdraws the request.</summary>
    public ushort vip_intr;
}
