namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code INOUT, 8 bytes. Sheet section 5.3.</summary>
public struct vm_inout
{
    /// <summary>Bits below; the kernel declares them as bit fields of 3, 1, 1 and 1 bits.</summary>
    public ushort bits;

    public ushort port;

    /// <summary>The value to write, for OUT.</summary>
    public uint eax;

    /// <summary>Access width in bytes: 1, 2 or 4.</summary>
    public const ushort VM_INOUT_BYTES_MASK = 0x7;
    public const ushort VM_INOUT_IN = 0x8;
    public const ushort VM_INOUT_STRING = 0x10;
    public const ushort VM_INOUT_REP = 0x20;
}

/// <summary>Payload of exit code INOUT_STR, 104 bytes. Sheet section 5.3.</summary>
public struct vm_inout_str
{
    public vm_inout inout;
    public vm_guest_paging paging;
    public ulong rflags;
    public ulong cr0;

    /// <summary>RSI for OUTS, RDI for INS.</summary>
    public ulong index;

    /// <summary>RCX with a REP prefix, else 1.</summary>
    public ulong count;

    /// <summary>Bytes.</summary>
    public int addrsize;

    /// <summary>A segment register of <see cref="vm_reg_name"/>.</summary>
    public int seg_name;

    public seg_desc seg_desc;

    /// <summary>The D bit of the code segment.</summary>
    public int cs_d;

    public ulong cs_base;
}
