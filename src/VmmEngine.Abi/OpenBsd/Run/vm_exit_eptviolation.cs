namespace VmmEngine.Abi.OpenBsd;

/// <summary>A fault in nested paging, 18 bytes, alignment 1. Sheet section 3. It does not say at which address.</summary>
public unsafe struct vm_exit_eptviolation
{
    /// <summary>A VEE_FAULT value.</summary>
    public byte vee_fault_type;

    /// <summary>VEE_*_VALID bits for the two fields below.</summary>
    public byte vee_insn_info;

    public byte vee_insn_len;
    public fixed byte vee_insn_bytes[15];

    public const byte VEE_FAULT_INVALID = 0;
    public const byte VEE_FAULT_HANDLED = 1;
    public const byte VEE_FAULT_MMIO_ASSIST = 2;
    public const byte VEE_FAULT_PROTECT = 3;

    public const byte VEE_LEN_VALID = 0x1;
    public const byte VEE_BYTES_VALID = 0x2;
}
