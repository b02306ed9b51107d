namespace VmmEngine.Ratios.Measurement;

/// <summary>Measures two variants side by side: in every round one batch of each, in alternating order.</summary>
internal sealed class RatioRunner(RatioOptions options)
{
    // Long enough that reading the clock does not show, short enough that both sides of a round see the same machine.
    private const double BatchNanoseconds = 300_000;
    private const long FirstCount = 64;

    // Rounds whose threads did not run at the same time are measured again.
    private const int MostAttemptsPerRound = 12;
    private const int FewestRounds = 15;

    // The JIT looks at call counts every 100 ms, and compiles twice: instrumented, then optimised.
    private static readonly TimeSpan JitPause = TimeSpan.FromMilliseconds(220);

    /// <summary>Measures the engine's side, and the baseline if there is one.</summary>
    /// <returns>The samples of the rounds in which all threads ran at the same time; of all rounds, and false, if these are too few.</returns>
    /// <exception cref="InvalidOperationException">The two sides disagree about the results of the same batch.</exception>
    public (RoundSamples Samples, bool Together) Measure(int threads, Contest contest)
    {
        (Variant ours, Variant? baseline) = (contest.Ours, contest.Baseline);
        using Team team = new(threads);
        WarmUp(team, ours);
        if (baseline is not null)
        {
            Compare(team, ours, baseline);
        }

        long ourCount = Calibrate(team, ours);
        long baselineCount = baseline is null ? 0 : Calibrate(team, baseline);

        RoundSamples together = new();
        RoundSamples all = new();
        int attempts = threads == 1 ? options.Rounds : options.Rounds * MostAttemptsPerRound;
        for (int attempt = 0; attempt < attempts && together.Count < options.Rounds; attempt++)
        {
            bool oursFirst = attempt % 2 == 0;
            TeamBatch first = oursFirst ? team.Run(ours, ourCount) : Run(team, baseline, baselineCount);
            TeamBatch second = oursFirst ? Run(team, baseline, baselineCount) : team.Run(ours, ourCount);
            (TeamBatch ourBatch, TeamBatch baselineBatch) = oursFirst ? (first, second) : (second, first);
            all.Add(ourBatch, baselineBatch);
            if (threads == 1 || (first.Together && second.Together))
            {
                together.Add(ourBatch, baselineBatch);
            }
        }

        bool enough = together.Count >= FewestRounds;
        return (enough ? together : all, enough);
    }

    // Without a baseline its half of the round stays empty.
    private static TeamBatch Run(Team team, Variant? baseline, long count) =>
        baseline is null ? new TeamBatch(double.NaN, 0, Together: true) : team.Run(baseline, count);

    private void WarmUp(Team team, Variant ours)
    {
        for (int phase = 0; phase < options.WarmUpPhases; phase++)
        {
            for (int batch = 0; batch < 60; batch++)
            {
                team.Run(ours, Math.Min(ours.MaximumCount, FirstCount * 64));
            }

            Thread.Sleep(JitPause);
        }
    }

    private static void Compare(Team team, Variant ours, Variant baseline)
    {
        long count = Math.Min(ours.MaximumCount, FirstCount * 64);
        ulong ourSum = team.Run(ours, count).Sum;
        ulong baselineSum = team.Run(baseline, count).Sum;
        if (ourSum != baselineSum)
        {
            throw new InvalidOperationException($"The two sides answer differently: the results add up to {ourSum} here and to {baselineSum} in C.");
        }
    }

    private static long Calibrate(Team team, Variant variant)
    {
        long count = FirstCount;
        while (count < variant.MaximumCount)
        {
            double batch = team.Run(variant, count).Nanoseconds * count;
            if (batch >= BatchNanoseconds / 2)
            {
                return Math.Min(variant.MaximumCount, (long)(count * BatchNanoseconds / batch));
            }

            count *= 2;
        }

        return variant.MaximumCount;
    }
}
