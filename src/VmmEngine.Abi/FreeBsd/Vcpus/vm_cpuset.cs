namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_GET_CPUS, 16 bytes. Sheet sections 4.8 and 13. Although the command is input only, it writes exactly
/// <see cref="cpusetsize"/> bytes through <see cref="cpus"/>.
/// </summary>
public unsafe struct vm_cpuset
{
    /// <summary>A value of <see cref="vm_cpuset_which"/>.</summary>
    public int which;

    /// <summary>Bytes at <see cref="cpus"/>: 1 to 128, and enough for the highest member, else ERANGE.</summary>
    public int cpusetsize;

    /// <summary>The caller's buffer; only its first <see cref="cpusetsize"/> bytes exist.</summary>
    public cpuset_t* cpus;
}

/// <summary>Which set VM_GET_CPUS reports.</summary>
public static class vm_cpuset_which
{
    public const int VM_ACTIVE_CPUS = 0;
    public const int VM_SUSPENDED_CPUS = 1;
    public const int VM_DEBUG_CPUS = 2;
}
