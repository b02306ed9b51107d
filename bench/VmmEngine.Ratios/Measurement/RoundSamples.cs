namespace VmmEngine.Ratios.Measurement;

/// <summary>Nanoseconds for one, a sample of each side a round. Without a baseline its samples are not numbers.</summary>
internal sealed class RoundSamples
{
    private readonly List<double> _ours = [];
    private readonly List<double> _baseline = [];

    public int Count => _ours.Count;

    public IReadOnlyList<double> Ours => _ours;

    public IReadOnlyList<double> Baseline => _baseline;

    public void Add(TeamBatch ours, TeamBatch baseline)
    {
        _ours.Add(ours.Nanoseconds);
        _baseline.Add(baseline.Nanoseconds);
    }
}
