namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_PPTDEV_MSI, 40 bytes. Sheet section 12.</summary>
public struct vm_pptdev_msi
{
    /// <summary>Not looked at, and so no vCPU id although it stands where one would.</summary>
    public int unused;

    public int bus;
    public int slot;
    public int func;

    /// <summary>Messages wanted; 0 turns them off.</summary>
    public int numvec;

    public ulong msg;
    public ulong addr;
}

/// <summary>Argument of VM_PPTDEV_MSIX, 48 bytes. Sheet section 12.</summary>
public struct vm_pptdev_msix
{
    /// <inheritdoc cref="vm_pptdev_msi.unused"/>
    public int unused;

    public int bus;
    public int slot;
    public int func;

    /// <summary>Entry of the device's MSI-X table.</summary>
    public int idx;

    public ulong msg;
    public uint vector_control;
    public ulong addr;
}
