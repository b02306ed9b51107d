namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_ALLOC_MEMSEG and VM_GET_MEMSEG, 56 bytes. Sheet section 6.1. Get reads the id and writes length and name.
/// </summary>
public unsafe struct vm_memseg
{
    /// <summary>0 to <see cref="vm_memory.VM_MAX_MEMSEGS"/> - 1.</summary>
    public int segid;

    /// <summary>Bytes, a multiple of the page size of 4096.</summary>
    public ulong len;

    /// <summary>NUL-terminated. A name makes the segment device memory, an empty one system memory.</summary>
    public fixed byte name[vmm_limits.VM_MAX_SUFFIXLEN + 1];

    /// <summary>The caller's set of host memory domains, or null.</summary>
    public ulong* ds_mask;

    /// <summary>Bytes at <see cref="ds_mask"/>, 8 to 32, else ERANGE.</summary>
    public ulong ds_mask_size;

    /// <summary>A value of <see cref="domainset_policy"/>.</summary>
    public int ds_policy;
}

/// <summary>How system memory spreads over the host's memory domains. Sheet section 6.1.</summary>
public static class domainset_policy
{
    /// <summary>No policy: the mask is not looked at.</summary>
    public const int DOMAINSET_POLICY_INVALID = 0;
    public const int DOMAINSET_POLICY_ROUNDROBIN = 1;
    public const int DOMAINSET_POLICY_FIRSTTOUCH = 2;
    public const int DOMAINSET_POLICY_PREFER = 3;
    public const int DOMAINSET_POLICY_INTERLEAVE = 4;
}
