namespace VmmEngine.Abi.OpenBsd;

/// <summary>Argument of VMM_IOC_READREGS and VMM_IOC_WRITEREGS, 584 bytes. Sheet sections 3 and 7.6.</summary>
public struct vm_rwregs_params
{
    public uint vrwp_vm_id;
    public uint vrwp_vcpu_id;

    /// <summary>Groups to move; unknown bits are ignored, groups left out stay as the caller passed them.</summary>
    public ulong vrwp_mask;

    public vcpu_reg_state vrwp_regs;

    public const ulong VM_RWREGS_GPRS = 0x1;

    /// <summary>With GDTR and IDTR.</summary>
    public const ulong VM_RWREGS_SREGS = 0x2;
    public const ulong VM_RWREGS_CRS = 0x4;
    public const ulong VM_RWREGS_MSRS = 0x8;
    public const ulong VM_RWREGS_DRS = 0x10;
    public const ulong VM_RWREGS_ALL = VM_RWREGS_GPRS | VM_RWREGS_SREGS | VM_RWREGS_CRS | VM_RWREGS_MSRS | VM_RWREGS_DRS;
}
