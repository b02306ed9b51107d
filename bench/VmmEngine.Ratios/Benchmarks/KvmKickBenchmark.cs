using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Kicks of a vCPU that never leaves the guest by itself. There is no other side: the baseline of the times is their bound.</summary>
internal sealed class KvmKickBenchmark(string name, string description, KickMeasure measure, double boundNs, double target)
    : KvmBenchmark(name, description, target)
{
    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException();

    private protected override RatioResult MeasureOnKvm(RatioOptions options, Baselines? baselines, string? missing)
    {
        KickSamples kicks = KickSamples.Take(options.Kicks);
        if (measure == KickMeasure.Lost)
        {
            return new RatioResult(Name, kicks.Percentile(0.5), BaselineNs: null, kicks.Lost, Target, Met: kicks.Lost <= Target, $"the ratio is the number of lost ones among {kicks.Count}");
        }

        double time = kicks.Percentile(measure == KickMeasure.Median ? 0.5 : 0.99);
        double ratio = time / boundNs;
        return new RatioResult(Name, time, boundNs, ratio, Target, Met: ratio <= Target, $"against its bound, over {kicks.Count} kicks; time, not processor time");
    }
}
