namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_BIND_PPTDEV, VM_UNBIND_PPTDEV and VM_PPTDEV_DISABLE_MSIX, 12 bytes: a host PCI function. Sheet section 12.
/// </summary>
public struct vm_pptdev
{
    public int bus;
    public int slot;
    public int func;
}
