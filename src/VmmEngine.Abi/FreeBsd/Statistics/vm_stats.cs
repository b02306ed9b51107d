namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_STATS, 544 bytes. Sheet section 10. Id and index are input, the rest is output.</summary>
public unsafe struct vm_stats
{
    /// <summary>Counters one call returns at most.</summary>
    public const int MAX_VM_STATS = 64;

    public int cpuid;

    /// <summary>Number of the first counter wanted.</summary>
    public int index;

    /// <summary>Valid elements of <see cref="statbuf"/>.</summary>
    public int num_entries;

    /// <summary>When the counters were read.</summary>
    public timeval tv;

    public fixed ulong statbuf[MAX_VM_STATS];
}
