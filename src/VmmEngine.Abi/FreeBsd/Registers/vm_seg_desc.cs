namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_SEGMENT_DESCRIPTOR and VM_SET_SEGMENT_DESCRIPTOR, 24 bytes. Sheet section 7.</summary>
public struct vm_seg_desc
{
    public int cpuid;

    /// <summary>ES to GS, LDTR, TR, IDTR or GDTR of <see cref="vm_reg_name"/>; any other is EINVAL.</summary>
    public int regnum;

    public seg_desc desc;
}

/// <summary>Hidden part of a segment register, 16 bytes. Sheet section 7.</summary>
public struct seg_desc
{
    public ulong @base;

    /// <summary>Offset of the last byte, in bytes whatever the granularity bit says.</summary>
    public uint limit;

    /// <summary>Bits of <see cref="seg_access"/>; without meaning for IDTR and GDTR.</summary>
    public uint access;
}

/// <summary>Bits of a segment's access word, in the format of the VMX access rights. Sheet section 7.</summary>
public static class seg_access
{
    /// <summary>Type, with the S bit on top.</summary>
    public const uint SEG_DESC_TYPE_MASK = 0x1F;
    public const uint SEG_DESC_DPL_MASK = 0x60;
    public const int SEG_DESC_DPL_SHIFT = 5;
    public const uint SEG_DESC_PRESENT = 1u << 7;
    public const uint SEG_DESC_AVL = 1u << 12;
    public const uint SEG_DESC_LONG = 1u << 13;
    public const uint SEG_DESC_DEF32 = 1u << 14;
    public const uint SEG_DESC_GRANULARITY = 1u << 15;
    public const uint SEG_DESC_UNUSABLE = 1u << 16;
}
