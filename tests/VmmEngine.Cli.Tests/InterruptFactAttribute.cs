using System.Globalization;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary>A test that interrupts a process: skipped where SIGINT is ignored, as shells have it for what they run in the background.</summary>
public sealed class InterruptFactAttribute : FactAttribute
{
    private const string Ignored = "SigIgn:";
    private const ulong Interrupt = 1UL << (2 - 1); // SIGINT is 2, and signals count from 1

    /// <summary>Looks how the process was started.</summary>
    public InterruptFactAttribute()
    {
        string signals = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Ignored, StringComparison.Ordinal));
        if ((ulong.Parse(signals[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0)
        {
            Skip = "SIGINT is ignored here, as in a shell's background: run the tests in the foreground.";
        }
    }
}
