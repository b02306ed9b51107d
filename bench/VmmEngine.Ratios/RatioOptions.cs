namespace VmmEngine.Ratios;

/// <summary>How thoroughly to measure.</summary>
/// <param name="Rounds">Batches of each side; odd, so that the median is one of them.</param>
/// <param name="WarmUpPhases">Rounds of warm-up with a pause for the background compiler after each.</param>
/// <param name="Kicks">How many kicks of a vCPU on KVM a row looks at.</param>
/// <param name="CompilerCache">Where the compiled baselines are kept; null for the user's cache directory.</param>
public sealed record RatioOptions(int Rounds, int WarmUpPhases, int Kicks, string? CompilerCache = null)
{
    /// <summary>For figures that are published: about 1.5 s a row.</summary>
    public static RatioOptions Thorough { get; } = new(Rounds: 301, WarmUpPhases: 5, Kicks: 20_000);

    /// <summary>For a look in passing: about half a second a row, and noisier.</summary>
    public static RatioOptions Quick { get; } = new(Rounds: 41, WarmUpPhases: 3, Kicks: 2_000);
}
