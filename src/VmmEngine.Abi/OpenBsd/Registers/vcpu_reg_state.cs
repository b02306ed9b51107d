namespace VmmEngine.Abi.OpenBsd;

/// <summary>
/// Registers of a vCPU, 568 bytes, indexed by the numbers of <see cref="vcpu_regs"/>. Sheet sections 3 and 4.
/// </summary>
public unsafe struct vcpu_reg_state
{
    public fixed ulong vrs_gprs[vcpu_regs.VCPU_REGS_NGPRS];
    public fixed ulong vrs_crs[vcpu_regs.VCPU_REGS_NCRS];
    public fixed ulong vrs_msrs[vcpu_regs.VCPU_REGS_NMSRS];
    public fixed ulong vrs_drs[vcpu_regs.VCPU_REGS_NDRS];
    public vcpu_segment_infos vrs_sregs;
    public vcpu_segment_info vrs_gdtr;
    public vcpu_segment_info vrs_idtr;
}
