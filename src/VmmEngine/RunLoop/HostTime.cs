using System.Diagnostics;

namespace VmmEngine.RunLoop;

/// <summary>The host's monotonic time.</summary>
internal static class HostTime
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static readonly ulong Frequency = (ulong)Stopwatch.Frequency;

    /// <summary>Nanoseconds since some moment before the process began.</summary>
    public static ulong Now
    {
        get
        {
            ulong ticks = (ulong)Stopwatch.GetTimestamp();
            return Frequency == NanosecondsPerSecond ? ticks : (ulong)((UInt128)ticks * NanosecondsPerSecond / Frequency);
        }
    }
}
