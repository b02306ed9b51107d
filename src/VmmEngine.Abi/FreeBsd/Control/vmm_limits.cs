namespace VmmEngine.Abi.FreeBsd;

/// <summary>Lengths of names, in bytes without NUL. Sheet sections 2.4 and 6.4.</summary>
public static class vmm_limits
{
    /// <summary>A whole device name, "vmm/" or "vmm.io/" included.</summary>
    public const int SPECNAMELEN = 255;

    /// <summary>Kept free in front of a VM's name for the directory.</summary>
    public const int VM_MAX_PREFIXLEN = 10;

    /// <summary>A device-memory segment's name.</summary>
    public const int VM_MAX_SUFFIXLEN = 15;

    /// <summary>A VM's name; one byte goes to the separator between it and a segment's name.</summary>
    public const int VM_MAX_NAMELEN = SPECNAMELEN - VM_MAX_PREFIXLEN - VM_MAX_SUFFIXLEN - 1;
}
