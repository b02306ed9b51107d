using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <content>
/// Devices of the host for a guest. They need an IOMMU, which this engine does not drive: no device can be bound, so none is ever there for the other
/// commands. The row asks for the privilege before that, and clients that probe for the commands find them.
/// </content>
public partial struct VmHandlers
{
    /// <summary>VM_BIND_PPTDEV: gives a device of the host to the guest.</summary>
    /// <returns>ENXIO: there is no IOMMU.</returns>
    public static int BindDevice(in VmCall call, ref vm_pptdev argument) => Errno.ENXIO;

    /// <summary>VM_UNBIND_PPTDEV: takes a device back.</summary>
    /// <returns>ENOENT: the guest has none.</returns>
    public static int UnbindDevice(in VmCall call, ref vm_pptdev argument) => Errno.ENOENT;

    /// <summary>VM_MAP_PPTDEV_MMIO: shows a device's memory to the guest.</summary>
    /// <returns>As <see cref="UnbindDevice"/>.</returns>
    public static int MapDeviceMemory(in VmCall call, ref vm_pptdev_mmio argument) => Errno.ENOENT;

    /// <summary>VM_UNMAP_PPTDEV_MMIO: hides it again.</summary>
    /// <returns>As <see cref="UnbindDevice"/>.</returns>
    public static int UnmapDeviceMemory(in VmCall call, ref vm_pptdev_mmio argument) => Errno.ENOENT;

    /// <summary>VM_PPTDEV_MSI: says where a device's messages go.</summary>
    /// <returns>As <see cref="UnbindDevice"/>.</returns>
    public static int SetDeviceMsi(in VmCall call, ref vm_pptdev_msi argument) => Errno.ENOENT;

    /// <summary>VM_PPTDEV_MSIX: says where one of a device's messages goes.</summary>
    /// <returns>As <see cref="UnbindDevice"/>.</returns>
    public static int SetDeviceMsix(in VmCall call, ref vm_pptdev_msix argument) => Errno.ENOENT;

    /// <summary>VM_PPTDEV_DISABLE_MSIX: turns a device's messages off.</summary>
    /// <returns>As <see cref="UnbindDevice"/>.</returns>
    public static int DisableDeviceMsix(in VmCall call, ref vm_pptdev argument) => Errno.ENOENT;
}
