namespace VmmEngine.Abi.OpenBsd;

/// <summary>An IN or OUT instruction, 16 bytes. Sheet section 3.</summary>
public struct vm_exit_inout
{
    /// <summary>Access width in bytes: 1, 2 or 4.</summary>
    public byte vei_size;

    /// <summary>A direction below.</summary>
    public byte vei_dir;

    /// <summary>1 with a REP prefix.</summary>
    public byte vei_rep;

    /// <summary>1 for INS and OUTS.</summary>
    public byte vei_string;

    /// <summary>Form of the operand in the VMX dialect, else 0.</summary>
    public byte vei_encoding;

    public ushort vei_port;

    /// <summary>Low half of RAX at the exit, for IN as well; for IN the client returns the whole new value here.</summary>
    public uint vei_data;

    /// <summary>Bytes the client adds to RIP.</summary>
    public byte vei_insn_len;

    public const byte VEI_DIR_OUT = 0;
    public const byte VEI_DIR_IN = 1;
}
