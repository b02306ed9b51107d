namespace VmmEngine.Ratios.Measurement;

/// <summary>What a ratio is made of: one sample of each side a round, taken within a millisecond or two of each other.</summary>
public static class Samples
{
    /// <summary>The middle value; of an even number, the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static double Median(IReadOnlyList<double> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0)
        {
            throw new ArgumentException("The median of nothing.", nameof(samples));
        }

        double[] sorted = [.. samples];
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>
    /// The median of the per-round ratios. Not the ratio of the medians: a phase in which the machine is slow slows both sides of its rounds
    /// and leaves their ratios alone.
    /// </summary>
    /// <exception cref="ArgumentException">The two sides have different numbers of rounds.</exception>
    public static double MedianRatio(IReadOnlyList<double> ours, IReadOnlyList<double> baseline)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(baseline);
        if (ours.Count != baseline.Count)
        {
            throw new ArgumentException("A round has one sample of each side.", nameof(baseline));
        }

        double[] ratios = new double[ours.Count];
        for (int round = 0; round < ratios.Length; round++)
        {
            ratios[round] = ours[round] / baseline[round];
        }

        return Median(ratios);
    }
}
