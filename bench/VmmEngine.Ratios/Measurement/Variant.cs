namespace VmmEngine.Ratios.Measurement;

/// <summary>One side of a comparison: something that can be done many times in one call.</summary>
internal abstract class Variant
{
    /// <summary>How often one call to <see cref="Run"/> does it at most.</summary>
    public virtual long MaximumCount => long.MaxValue;

    /// <summary>Does it <paramref name="count"/> times on the calling thread.</summary>
    /// <param name="thread">0 for the first thread, 1 for the second: each has its own vCPU, arguments and caller's line.</param>
    /// <param name="count">How often.</param>
    /// <returns>The sum of all results, for comparison with the other side.</returns>
    public abstract ulong Run(int thread, long count);
}
