namespace VmmEngine.Abi.FreeBsd;

// The kernel's name has lower-case letters only, which the compiler keeps for the language's own use.
#pragma warning disable CS8981

/// <summary>A point in time, 16 bytes. Sheet section 10.</summary>
public struct timeval
{
    /// <summary>Seconds since 1970, UTC.</summary>
    public long tv_sec;

    /// <summary>Microseconds, 0 to 999,999.</summary>
    public long tv_usec;
}
