namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of the FreeBSD 13 form of VM_RUN, 144 bytes: the exit comes back inside it. Sheet section 3.4.</summary>
public struct vm_run_13
{
    public int cpuid;

    /// <summary>For exit code IPI, <see cref="vm_exit_u.ipi_13"/> is the valid member.</summary>
    public vm_exit vm_exit;
}
