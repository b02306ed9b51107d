namespace VmmEngine.Abi.FreeBsd;

/// <summary>A set of CPU ids, 128 bytes: bit <c>id % 64</c> of word <c>id / 64</c>, words little endian. Sheet section 13.</summary>
public unsafe struct cpuset_t
{
    /// <summary>Ids a set can hold, one bit each.</summary>
    public const int CPU_SETSIZE = 1024;

    public fixed ulong __bits[CPU_SETSIZE / 64];
}
