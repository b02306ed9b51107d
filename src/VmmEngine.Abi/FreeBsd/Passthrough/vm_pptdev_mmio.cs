namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_MAP_PPTDEV_MMIO and VM_UNMAP_PPTDEV_MMIO, 40 bytes. Sheet section 12.</summary>
public struct vm_pptdev_mmio
{
    public int bus;
    public int slot;
    public int func;
    public ulong gpa;

    /// <summary>Host-physical address.</summary>
    public ulong hpa;

    /// <summary>Bytes.</summary>
    public ulong len;
}
