namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_GLA2GPA and VM_GLA2GPA_NOFAULT, 56 bytes. Sheet section 6.5. The last two fields are output.
/// </summary>
public struct vm_gla2gpa
{
    public int vcpuid;

    /// <summary>VM_PROT bits of <see cref="vm_memory"/>: the access to check.</summary>
    public int prot;

    /// <summary>Guest-linear address.</summary>
    public ulong gla;

    /// <summary>The walk starts from these values, not from the vCPU's own registers.</summary>
    public vm_guest_paging paging;

    /// <summary>1 when the walk ended in a guest fault.</summary>
    public int fault;

    /// <summary>Guest-physical address; meaningful when <see cref="fault"/> is 0.</summary>
    public ulong gpa;
}
