namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_INJECT_NMI, 4 bytes. Sheet section 8.</summary>
public struct vm_nmi
{
    public int cpuid;
}
