using System.Diagnostics;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>How long kicks at random moments took to get a vCPU out of its guest.</summary>
internal sealed class KickSamples
{
    // Longer than any scheduler keeps a thread waiting: what has not come by then does not come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int LongestPauseInSpins = 400;

    private readonly double[] _sorted;

    private KickSamples(double[] sorted, int lost)
    {
        _sorted = sorted;
        Lost = lost;
    }

    public int Count => _sorted.Length + Lost;

    /// <summary>How many did not arrive.</summary>
    public int Lost { get; }

    /// <summary>Nanoseconds that a share of the kicks did not exceed.</summary>
    public double Percentile(double share) => _sorted.Length == 0 ? double.PositiveInfinity : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];

    /// <summary>Kicks a vCPU so many times.</summary>
    public static unsafe KickSamples Take(int kicks)
    {
        using KvmWorld world = new(vcpus: 1, KvmWorld.Loop);
        Vcpu* vcpu = world.Vcpu(0);
        long[] returned = new long[1];
        long runs = 0;
        Thread runner = new(() => RunUntilSuspended(world, returned, ref runs)) { IsBackground = true };
        runner.Start();

        Random random = new(20251121);
        List<double> times = new(kicks);
        int lost = 0;
        for (int i = 0; i < kicks; i++)
        {
            long before = Volatile.Read(ref runs);
            Thread.SpinWait(random.Next(LongestPauseInSpins));
            long kicked = Stopwatch.GetTimestamp();
            VcpuLocks<ProcessorAtomics>.Post(ref world.Locks, vcpu, VcpuRequests.Idle);
            if (SpinWait.SpinUntil(() => Volatile.Read(ref runs) != before, Patience))
            {
                times.Add(Stopwatch.GetElapsedTime(kicked, Volatile.Read(ref returned[0])).TotalNanoseconds);
            }
            else
            {
                lost++;
                world.Locks.Kick(vcpu);
            }
        }

        VcpuLocks<ProcessorAtomics>.Post(ref world.Locks, vcpu, VcpuRequests.Suspend);
        runner.Join();
        times.Sort();
        return new KickSamples([.. times], lost);
    }

    private static unsafe void RunUntilSuspended(KvmWorld world, long[] returned, ref long runs)
    {
        VcpuLocks<ProcessorAtomics>.TryFreeze(ref world.Locks, 0, out Vcpu* vcpu);
        RunResult result;
        do
        {
            result = world.Run(0);
            Volatile.Write(ref returned[0], Stopwatch.GetTimestamp());
            Volatile.Write(ref runs, runs + 1);
        }
        while (result != RunResult.Suspended);

        VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
    }
}
