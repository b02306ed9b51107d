using System.Diagnostics;
using VmmEngine.Backends;

namespace VmmEngine.RunLoop;

/// <summary>
/// The exits of one vCPU by reason: how many, and how long each kept the engine busy, from the exit to the next entry, to the return to the
/// caller, or to falling asleep.
/// </summary>
/// <remarks>Written by the vCPU's holder without a lock; everybody else reads figures that lag behind. All memory is allocated at once.</remarks>
public sealed class ExitStatistics
{
    private const int Reasons = (int)ExitReason.Failure + 1;

    private readonly LatencyHistogram[] _times = new LatencyHistogram[Reasons];
    private long _total;

    /// <summary>Nothing recorded, no limit.</summary>
    public ExitStatistics()
    {
        for (int reason = 0; reason < Reasons; reason++)
        {
            _times[reason] = new LatencyHistogram();
        }
    }

    /// <summary>A run that has recorded so many exits in all returns <see cref="RunResult.Bogus"/> after each further one.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>All exits so far.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Exits for one reason.</summary>
    public long Count(ExitReason reason) => _times[(int)reason].Count;

    /// <summary>The time in the engine that a share of the exits did not exceed.</summary>
    /// <param name="reason">Which exits.</param>
    /// <param name="share">0.5 for the median; 0 to 1.</param>
    /// <returns>Nanoseconds, accurate to an eighth; 0 without exits.</returns>
    public double Percentile(ExitReason reason, double share) =>
        _times[(int)reason].Percentile(share) * (1e9 / Stopwatch.Frequency);

    /// <summary>Forgets everything but the limit. Only the vCPU's holder may call it.</summary>
    public void Clear()
    {
        Volatile.Write(ref _total, 0);
        foreach (LatencyHistogram times in _times)
        {
            times.Clear();
        }
    }

    /// <summary>Adds the exits of another vCPU.</summary>
    public void Add(ExitStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int reason = 0; reason < Reasons; reason++)
        {
            _times[reason].Add(other._times[reason]);
        }

        Volatile.Write(ref _total, _total + other.Total);
    }

    internal void Add(ExitReason reason, long ticks)
    {
        _times[(int)reason].Add(ticks);
        Volatile.Write(ref _total, _total + 1);
    }
}
