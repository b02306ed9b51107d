namespace VmmEngine.Abi.FreeBsd;

// The kernel's name has lower-case letters only, which the compiler keeps for the language's own use.
#pragma warning disable CS8981

/// <summary>
/// A decoded instruction, 64 bytes. Sheet section 5.3. Bit fields of the kernel are whole bytes here, named after their members.
/// </summary>
public unsafe struct vie
{
    /// <summary>Longest instruction in bytes.</summary>
    public const int VIE_INST_SIZE = 15;

    public fixed byte inst[VIE_INST_SIZE];

    /// <summary>Valid bytes of <see cref="inst"/>; 0 lets the driver fetch them from guest memory.</summary>
    public byte num_valid;

    public byte num_processed;

    /// <summary>Bits 0-3 addrsize, 4-7 opsize, in bytes.</summary>
    public byte addrsize_opsize;

    /// <summary>From bit 0 up: rex_w, rex_r, rex_x, rex_b, rex_present, repz_present, repnz_present, opsize_override.</summary>
    public byte prefixes;

    /// <summary>Bit 0 addrsize_override, 1 segment_override, 2-3 mod, 4-7 reg.</summary>
    public byte overrides_mod_reg;

    /// <summary>Bits 0-3 rm, 4-5 ss, 6 vex_present, 7 vex_l.</summary>
    public byte rm_ss_vex;

    /// <summary>Bits 0-3 index, 4-7 base.</summary>
    public byte index_base;

    public byte disp_bytes;
    public byte imm_bytes;
    public byte scale;

    /// <summary>Bits 0-3 vex_reg, 4-5 vex_pp.</summary>
    public byte vex_reg_pp;

    /// <summary>A value of <see cref="vm_reg_name"/>; <see cref="vm_reg_name.VM_REG_LAST"/> for none.</summary>
    public int base_register;

    /// <inheritdoc cref="base_register"/>
    public int index_register;

    /// <inheritdoc cref="base_register"/>
    public int segment_register;

    /// <summary>Sign-extended.</summary>
    public long displacement;

    /// <summary>Sign-extended.</summary>
    public long immediate;

    /// <summary>0 when decoding failed.</summary>
    public byte decoded;

    public vie_op op;
}

/// <summary>The operation of a decoded instruction, 4 bytes. Type and flags are private to the decoder.</summary>
public struct vie_op
{
    public byte op_byte;
    public byte op_type;
    public ushort op_flags;
}
