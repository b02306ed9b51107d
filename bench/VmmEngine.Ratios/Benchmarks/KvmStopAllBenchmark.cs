using System.Diagnostics;
using VmmEngine.Locks;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Taking all vCPUs out of guests that never leave by themselves: asking all before waiting for any, against one after the other.</summary>
internal sealed class KvmStopAllBenchmark(int vcpus, double target)
    : KvmBenchmark($"kvm-stop-all-{vcpus}", $"Freeze all of {vcpus} vCPUs running on KVM, kicking all at once, against one by one; time, not processor time", target)
{
    private const int RoundsAtMost = 41;

    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException();

    private protected override RatioResult MeasureOnKvm(RatioOptions options, Baselines? baselines, string? missing)
    {
        using KvmWorld world = new(vcpus, KvmWorld.Loop);
        using KvmRunners runners = new(world, vcpus);
        List<double> ours = [];
        List<double> oneByOne = [];
        for (int round = 0; round < Math.Min(options.Rounds, RoundsAtMost); round++)
        {
            ours.Add(Time(runners, () => FreezeAll(world)));
            oneByOne.Add(Time(runners, () => FreezeOneByOne(world)));
        }

        double ratio = Samples.MedianRatio(ours, oneByOne);
        return new RatioResult(Name, Samples.Median(ours), Samples.Median(oneByOne), ratio, Target, Met: ratio <= Target, "the baseline is the engine's own, one vCPU after the other");
    }

    private static double Time(KvmRunners runners, Action body)
    {
        runners.AwaitRunning();
        long started = Stopwatch.GetTimestamp();
        body();
        double time = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        runners.GoOn();
        return time;
    }

    private static void FreezeAll(KvmWorld world)
    {
        VcpuLocks<ProcessorAtomics>.FreezeAll(ref world.Locks);
        VcpuLocks<ProcessorAtomics>.ThawAll(ref world.Locks);
    }

    private unsafe void FreezeOneByOne(KvmWorld world)
    {
        for (int id = 0; id < vcpus; id++)
        {
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref world.Locks, id, out _);
        }

        for (int id = 0; id < vcpus; id++)
        {
            VcpuLocks<ProcessorAtomics>.Thaw(world.Vcpu(id));
        }
    }
}
