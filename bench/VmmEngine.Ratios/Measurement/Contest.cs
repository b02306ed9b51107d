namespace VmmEngine.Ratios.Measurement;

/// <summary>The two sides of one benchmark, and what they work on.</summary>
/// <param name="ours">The engine's side.</param>
/// <param name="baseline">The C side, if there is one.</param>
/// <param name="owned">What goes away with the contest; a null stands for something that there is not.</param>
internal sealed class Contest(Variant ours, Variant? baseline, params IDisposable?[] owned) : IDisposable
{
    public Variant Ours { get; } = ours;

    /// <summary>Null without a C compiler.</summary>
    public Variant? Baseline { get; } = baseline;

    public void Dispose()
    {
        foreach (IDisposable? item in owned)
        {
            item?.Dispose();
        }
    }
}
