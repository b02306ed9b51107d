namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_STAT_DESC, 132 bytes. Sheet section 10.</summary>
public unsafe struct vm_stat_desc
{
    /// <summary>Number of the counter; no such counter is EINVAL.</summary>
    public int index;

    /// <summary>NUL-terminated; output.</summary>
    public fixed byte desc[128];
}
