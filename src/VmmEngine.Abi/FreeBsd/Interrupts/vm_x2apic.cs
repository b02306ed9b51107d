namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_SET_X2APIC_STATE and VM_GET_X2APIC_STATE, 8 bytes. Sheet section 9.</summary>
public struct vm_x2apic
{
    public int cpuid;

    /// <summary>A state below; any other is EINVAL.</summary>
    public int state;

    public const int X2APIC_DISABLED = 0;
    public const int X2APIC_ENABLED = 1;
}
