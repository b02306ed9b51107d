namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_RUN, 32 bytes, input only; results go through its pointers, which are first touched after the guest ran.
/// Sheet section 5.
/// </summary>
public unsafe struct vm_run
{
    public int cpuid;

    /// <summary>The caller's destination set, written for exit code IPI only.</summary>
    public cpuset_t* cpuset;

    /// <summary>Bytes at <see cref="cpuset"/>; those beyond 128 are zeroed.</summary>
    public ulong cpusetsize;

    public vm_exit* vm_exit;
}
