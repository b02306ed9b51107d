namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_KERNEMU_DEV and VM_SET_KERNEMU_DEV, 24 bytes. Sheet section 9.</summary>
public struct vm_readwrite_kernemu_device
{
    public int vcpuid;

    /// <summary>Bits 0-2: logarithm, to base 2, of the access width in bytes. The kernel declares a bit field.</summary>
    public uint access_width;

    /// <summary>Inside the window of the local APIC, the I/O APIC or the HPET, else EINVAL.</summary>
    public ulong gpa;

    public ulong value;

    public const uint ACCESS_WIDTH_MASK = 0x7;
}
