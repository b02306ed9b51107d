namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_LAPIC_IRQ and VM_LAPIC_LOCAL_IRQ, 8 bytes. Sheet section 9.</summary>
public struct vm_lapic_irq
{
    /// <summary>The local form also takes -1, for all active vCPUs.</summary>
    public int cpuid;

    /// <summary>16 to 255; an index of the local vector table, from 0, in the local form.</summary>
    public int vector;
}

/// <summary>Argument of VM_LAPIC_MSI, 16 bytes; mind the order of the fields. Sheet section 9.</summary>
public struct vm_lapic_msi
{
    public ulong msg;

    /// <summary>0xFEExxxxx, with the destination in bits 12-19.</summary>
    public ulong addr;
}
