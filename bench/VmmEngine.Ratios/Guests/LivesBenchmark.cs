using System.Diagnostics;
using System.Globalization;
using VmmEngine.FreeBsd;

namespace VmmEngine.Ratios.Guests;

/// <summary>VMs of one vCPU and 16 MiB, created, run to a halt and destroyed, one after the other; and what they leave behind.</summary>
internal sealed class LivesBenchmark(string name, string description, double boundNs) : BoundBenchmark(name, description, boundNs)
{
    private const int Lives = 1_000;
    private const int FewLives = 20;
    private const ulong MemoryBytes = 16 << 20;

    // The runtime's own come and go. Of a thousand VMs that left anything there would be more.
    private static readonly Holdings s_bearable = new(Handles: 10, Mappings: 200, Megabytes: 50);

    private static ReadOnlySpan<byte> Code => [0xFA, 0xF4]; // cli; hlt

    private protected override (double Time, string Note) Measure(bool thorough)
    {
        FreeBsdHost host = DeviceGuest.Host(vcpus: 1, haltDetection: true);
        int lives = thorough ? Lives : FewLives;
        Live(host, lives / 5);
        Holdings before = Holdings.Now();
        long begin = Stopwatch.GetTimestamp();
        Live(host, lives);
        double time = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / lives;
        Holdings growth = Holdings.Now() - before;
        if (growth.Exceeds(s_bearable))
        {
            throw new InvalidOperationException($"{lives} VMs have left something behind: {growth}.");
        }

        return (time, string.Create(CultureInfo.InvariantCulture, $"{1e9 / time:F0} VMs a second; {lives} of them left {growth}; time, not processor time"));
    }

    private static void Live(FreeBsdHost host, int lives)
    {
        for (int i = 0; i < lives; i++)
        {
            using DeviceGuest guest = new(host, vcpus: 1, MemoryBytes, Code);
            guest.RunToTheEnd();
        }
    }
}
