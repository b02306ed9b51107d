namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of the FreeBSD 14 forms of VM_ALLOC_MEMSEG and VM_GET_MEMSEG, 32 bytes: <see cref="vm_memseg"/> without
/// the memory domains. Sheet section 3.4.
/// </summary>
public unsafe struct vm_memseg_14
{
    /// <inheritdoc cref="vm_memseg_12.segid"/>
    public int segid;

    /// <summary>Bytes.</summary>
    public ulong len;

    public fixed byte name[vmm_limits.VM_MAX_SUFFIXLEN + 1];
}
