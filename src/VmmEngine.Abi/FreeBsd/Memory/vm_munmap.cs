namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_MUNMAP_MEMSEG, 16 bytes. Sheet section 6.2. Must name one mapping exactly.</summary>
public struct vm_munmap
{
    public ulong gpa;

    /// <summary>Bytes.</summary>
    public ulong len;
}
