using System.Diagnostics;
using System.Globalization;
using VmmEngine.FreeBsd;

namespace VmmEngine.Ratios.Guests;

/// <summary>What vCPUs cost the host that have nothing to do: processor time, or how often their threads wake up, in a second.</summary>
internal sealed class HaltedBenchmark(string name, string description, HaltedMeasure measure, double boundNs) : BoundBenchmark(name, description, boundNs)
{
    private const int Vcpus = 64;
    private const ulong MemoryBytes = 1 << 20;
    private const int Windows = 3;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_shortWindow = TimeSpan.FromMilliseconds(200);

    private static ReadOnlySpan<byte> Halted => [0xFB, 0xF4, 0xEB, 0xFD]; // sti; hlt; jmp -3

    // As an application processor is that its operating system has taken out: only an NMI or INIT would wake it.
    private static ReadOnlySpan<byte> Parked => [0xFA, 0xF4, 0xEB, 0xFD]; // cli; hlt; jmp -3

    private protected override (double Time, string Note) Measure(bool thorough)
    {
        HashSet<int> others = [.. ThreadSwitches.Threads()];
        FreeBsdHost host = DeviceGuest.Host(Vcpus, haltDetection: false);
        using DeviceGuest guest = new(host, Vcpus, MemoryBytes, measure == HaltedMeasure.ProcessorTime ? Halted : Parked);
        guest.StartAll();
        int[] threads = [.. ThreadSwitches.Threads().Where(thread => !others.Contains(thread))];
        AwaitQuiet(threads);

        // The quietest of some windows: the JIT compiles for a while after the start, and who polls polls in all of them.
        (double share, double wakeUps) = (double.MaxValue, double.MaxValue);
        for (int i = 0; i < Windows; i++)
        {
            long switches = ThreadSwitches.Of(threads);
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            long begin = Stopwatch.GetTimestamp();
            Thread.Sleep(thorough ? s_window : s_shortWindow);
            TimeSpan used = Environment.CpuUsage.TotalTime - processor;
            TimeSpan window = Stopwatch.GetElapsedTime(begin);
            share = Math.Min(share, used / window);
            wakeUps = Math.Min(wakeUps, (ThreadSwitches.Of(threads) - switches) / window.TotalSeconds);
        }

        string note = string.Create(CultureInfo.InvariantCulture, $"{share:P3} of a core and {wakeUps:F1} wake-ups a second, of {Vcpus} vCPUs");
        return (measure == HaltedMeasure.ProcessorTime ? share * 1e9 : wakeUps, note);
    }

    // Until all have halted: no vCPU has run for a while.
    private static void AwaitQuiet(int[] threads)
    {
        long before = -1;
        DeviceGuest.Await(
            () =>
            {
                Thread.Sleep(s_shortWindow);
                long now = ThreadSwitches.Of(threads);
                return now == Interlocked.Exchange(ref before, now);
            },
            "the vCPUs do not halt");
    }
}

/// <summary>What of halted vCPUs.</summary>
internal enum HaltedMeasure
{
    /// <summary>Nanoseconds of processor time of the whole process, in a second.</summary>
    ProcessorTime,

    /// <summary>How often the vCPUs' threads came off and on a processor, in a second.</summary>
    WakeUps,
}
