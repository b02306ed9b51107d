using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>A row that needs KVM, and is skipped where there is none.</summary>
internal abstract class KvmBenchmark(string name, string description, double target) : RatioBenchmark(name, description, target)
{
    internal sealed override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing) =>
        KvmWorld.Unavailable is { } problem
            ? new RatioResult(Name, OursNs: null, BaselineNs: null, Ratio: null, Target, Met: null, $"skipped: {problem}")
            : MeasureOnKvm(options, baselines, missing);

    private protected virtual RatioResult MeasureOnKvm(RatioOptions options, Baselines? baselines, string? missing) => base.Measure(options, baselines, missing);
}
