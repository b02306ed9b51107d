namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code PAGING, 16 bytes. Sheet section 5.3.</summary>
public struct vm_exit_paging
{
    public ulong gpa;

    /// <summary>One VM_PROT bit of <see cref="vm_memory"/>.</summary>
    public int fault_type;
}

/// <summary>Payload of exit code INST_EMUL, 120 bytes. Sheet section 5.3.</summary>
public struct vm_exit_inst_emul
{
    public ulong gpa;
    public ulong gla;
    public ulong cs_base;

    /// <summary>The D bit of the code segment.</summary>
    public int cs_d;

    public vm_guest_paging paging;
    public vie vie;
}
