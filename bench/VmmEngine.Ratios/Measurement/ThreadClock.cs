using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VmmEngine.Ratios.Measurement;

/// <summary>The processor time that the calling thread has used. Other processes on the same cores do not add to it.</summary>
internal static unsafe partial class ThreadClock
{
    private static readonly int ClockId =
        OperatingSystem.IsLinux() ? 3 :
        OperatingSystem.IsFreeBSD() ? 14 :
        OperatingSystem.IsMacOS() ? 16 :
        -1;

    /// <summary>Nanoseconds since some fixed point. On systems without such a clock: wall time, and results are noisier.</summary>
    public static double Nanoseconds
    {
        get
        {
            if (ClockId < 0)
            {
                return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
            }

            TimeSpecification time;
            if (ReadClock(ClockId, &time) != 0)
            {
                throw new InvalidOperationException("The thread's processor clock cannot be read.");
            }

            return (time.Seconds * 1e9) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, TimeSpecification* time);

    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
