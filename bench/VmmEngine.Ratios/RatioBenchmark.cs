using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios;

/// <summary>One row of the speed table: what is measured, against which baseline, and how low the ratio has to be.</summary>
/// <param name="name">For the command line and the results: lower case, hyphens.</param>
/// <param name="description">For people, one line.</param>
/// <param name="target">The ratio is to be this at most.</param>
public abstract class RatioBenchmark(string name, string description, double target)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    public double Target { get; } = target;

    /// <summary>Threads that run at the same time, each on its own vCPU.</summary>
    private protected virtual int Threads => 1;

    /// <summary>What a reader has to know about the figure.</summary>
    private protected virtual string? Note => null;

    /// <summary>Sets both sides up; the engine's alone if there are no baselines.</summary>
    private protected abstract Contest Open(Baselines? baselines);

    internal virtual RatioResult Measure(RatioOptions options, Baselines? baselines, string? missing)
    {
        using Contest contest = Open(baselines);
        (RoundSamples samples, bool together) = new RatioRunner(options).Measure(Threads, contest);
        string? note = together ? Note : "the threads hardly ever ran at the same time: the machine is too busy";

        double oursNs = Samples.Median(samples.Ours);
        if (contest.Baseline is null)
        {
            return new RatioResult(Name, oursNs, BaselineNs: null, Ratio: null, Target, Met: null, note is null ? missing : $"{note}; {missing}");
        }

        double ratio = Samples.MedianRatio(samples.Ours, samples.Baseline);
        return new RatioResult(Name, oursNs, Samples.Median(samples.Baseline), ratio, Target, Met: ratio <= Target, note);
    }
}
