namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of the FreeBSD 13 form of VM_STATS, 536 bytes: always from the first counter on. Sheet sections 3.4 and 10.
/// </summary>
public unsafe struct vm_stats_13
{
    public int cpuid;

    /// <summary>Valid elements of <see cref="statbuf"/>.</summary>
    public int num_entries;

    public timeval tv;

    public fixed ulong statbuf[vm_stats.MAX_VM_STATS];
}
