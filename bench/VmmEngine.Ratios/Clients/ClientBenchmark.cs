using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Clients;

/// <summary>A row about the C library, which is published first. It is measured from C programs, because a process holds one .NET runtime.</summary>
internal abstract class ClientBenchmark(string name, string description, double target) : RatioBenchmark(name, description, target)
{
    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException("C programs are not measured in batches of this process.");

    internal override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing) =>
        NativeInstallation.TryGet(out string? absent) is { } installation
            ? Measure(installation, options)
            : new RatioResult(Name, OursNs: null, BaselineNs: null, Ratio: null, Target, Met: null, $"skipped: {absent}");

    private protected abstract RatioResult Measure(NativeInstallation installation, RatioOptions options);

    private protected RatioResult Compare(IReadOnlyList<double> ours, IReadOnlyList<double> baseline, string? note)
    {
        double ratio = Samples.MedianRatio(ours, baseline);
        return new RatioResult(Name, Samples.Median(ours), Samples.Median(baseline), ratio, Target, Met: ratio <= Target, note);
    }

    private protected RatioResult Against(double figure, double bound, string note) =>
        new(Name, figure, bound, figure / bound, Target, Met: figure <= bound, $"against its bound; {note}");
}
