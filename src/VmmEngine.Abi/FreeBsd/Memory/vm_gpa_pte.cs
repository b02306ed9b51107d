namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_GPA_PMAP, 48 bytes. Sheet section 6.5.</summary>
public unsafe struct vm_gpa_pte
{
    public ulong gpa;

    /// <summary>Nested page-table entries from the root down; output.</summary>
    public fixed ulong pte[4];

    /// <summary>Valid elements of <see cref="pte"/>; output.</summary>
    public int ptenum;
}
