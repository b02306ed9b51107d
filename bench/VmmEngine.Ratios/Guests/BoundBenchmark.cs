using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Guests;

/// <summary>What the engine does with whole guests on the software vCPU. There is no other side: the baseline is a bound.</summary>
/// <param name="name">For the command line and the results.</param>
/// <param name="description">For people.</param>
/// <param name="boundNs">The figure is to be this at most.</param>
/// <remarks>Where nothing at all is the bound, the ratio is the figure itself.</remarks>
internal abstract class BoundBenchmark(string name, string description, double boundNs) : RatioBenchmark(name, description, target: boundNs == 0 ? 0 : 1)
{
    private protected override Contest Open(Baselines? baselines) => throw new NotSupportedException("Whole guests are not measured in batches.");

    internal override RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing)
    {
        (double figure, string note) = Measure(options.Rounds >= RatioOptions.Thorough.Rounds);
        return boundNs == 0
            ? new RatioResult(Name, figure, BaselineNs: null, figure, Target, Met: figure <= 0, $"the ratio is the figure; {note}")
            : new RatioResult(Name, figure, boundNs, figure / boundNs, Target, Met: figure <= boundNs, $"against its bound; {note}");
    }

    /// <summary>Takes the figure.</summary>
    /// <param name="thorough">For publication.</param>
    private protected abstract (double Time, string Note) Measure(bool thorough);
}
