namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_ACTIVATE_CPU, VM_SUSPEND_CPU and VM_RESUME_CPU, 4 bytes. Sheet sections 4.8 and 13.</summary>
public struct vm_activate_cpu
{
    /// <summary>Suspend and resume also take -1, for all active vCPUs.</summary>
    public int vcpuid;
}
