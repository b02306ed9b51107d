namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VMMCTL_VM_CREATE, 296 bytes, input only. Sheet section 2.1, newest era; in the older eras the flag word
/// was the first of 16 reserved words that had to be zero, so size and command word did not change.
/// </summary>
public unsafe struct vmmctl_vm_create
{
    /// <summary>Bytes up to a NUL; the kernel overwrites byte 229 with NUL, so a longer name is cut, not refused.</summary>
    public fixed byte name[vmm_limits.VM_MAX_NAMELEN + 1];

    /// <summary>Bits of <see cref="vmmctl_create_flags"/>; an unknown bit is EINVAL.</summary>
    public uint flags;

    /// <summary>Every word must be zero, else EINVAL.</summary>
    public fixed int reserved[15];
}
