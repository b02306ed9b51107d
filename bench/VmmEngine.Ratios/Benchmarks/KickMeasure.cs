namespace VmmEngine.Ratios.Benchmarks;

/// <summary>What a row says about kicks.</summary>
internal enum KickMeasure
{
    /// <summary>The median time from the kick to the return of the run.</summary>
    Median,

    /// <summary>The time that 99 of 100 kicks do not exceed.</summary>
    Percentile99,

    /// <summary>How many kicks did not get the vCPU out of the guest.</summary>
    Lost,
}
