namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_SET_INTINFO and VM_GET_INTINFO, 24 bytes; both words have the format below. Sheet section 8.</summary>
public struct vm_intinfo
{
    public int vcpuid;

    /// <summary>The event to deliver again.</summary>
    public ulong info1;

    /// <summary>On get the pending injected exception, 0 if none; ignored on set.</summary>
    public ulong info2;

    public const ulong VM_INTINFO_VECTOR_MASK = 0xFF;
    public const ulong VM_INTINFO_TYPE_MASK = 0x700;
    public const ulong VM_INTINFO_HWINTR = 0x000;
    public const ulong VM_INTINFO_NMI = 0x200;
    public const ulong VM_INTINFO_HWEXCEPTION = 0x300;
    public const ulong VM_INTINFO_SWINTR = 0x400;

    /// <summary>The high half is an error code.</summary>
    public const ulong VM_INTINFO_DEL_ERRCODE = 0x800;

    /// <summary>Must be zero.</summary>
    public const ulong VM_INTINFO_RSVD = 0x7FFFF000;
    public const ulong VM_INTINFO_VALID = 0x80000000;
    public const int VM_INTINFO_ERRCODE_SHIFT = 32;
}
