using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Freezing and thawing all vCPUs of a VM, none of which is running.</summary>
internal sealed class FreezeAllBenchmark(uint vcpus, double target)
    : RatioBenchmark($"freeze-all-{vcpus}", $"Freeze all, {vcpus} idle vCPUs, against the upstream algorithm", target)
{
    private protected override Contest Open(Baselines? baselines)
    {
        RatioWorld world = new(vcpus, callers: 1);
        NativeDevice? device = baselines?.Upstream(vcpus, NativeOptions.Preconditions);
        return new Contest(new FreezeAllVariant(world), device?.FreezeAll(), world, device);
    }
}
