namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of the FreeBSD 12 forms of VM_ALLOC_MEMSEG and VM_GET_MEMSEG, 80 bytes. Sheet section 3.4.</summary>
public unsafe struct vm_memseg_12
{
    /// <summary>In the old numbering; get writes today's number back.</summary>
    public int segid;

    /// <summary>Bytes.</summary>
    public ulong len;

    public fixed byte name[64];
}
