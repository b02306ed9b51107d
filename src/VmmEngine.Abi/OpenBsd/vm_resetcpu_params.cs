namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_RESETCPU, 576 bytes. Sheet sections 3 and 7.2.</summary>
public struct vm_resetcpu_params
{
    public uint vrp_vm_id;
    public uint vrp_vcpu_id;

    /// <summary>Every register group is taken; XCR0 becomes x87-only whatever stands here.</summary>
    public vcpu_reg_state vrp_init_state;
}
