using VmmEngine.RunLoop;

namespace VmmEngine.Cli.Running;

/// <summary>The exits of one reason.</summary>
/// <param name="Reason">Why guest code was left.</param>
/// <param name="Count">How often.</param>
/// <param name="Share">Of all exits, 0 to 1.</param>
/// <param name="P50Ns">Time in the engine, from the exit to the next entry: half took no longer. Nanoseconds.</param>
/// <param name="P99Ns">99 of 100 took no longer.</param>
internal sealed record ExitRow(string Reason, ulong Count, double Share, double P50Ns, double P99Ns)
{
    public static IReadOnlyList<ExitRow> Of(IReadOnlyList<ExitSummary> exits)
    {
        double total = exits.Sum(exit => (double)exit.Count);
        return [.. exits.OrderByDescending(exit => exit.Count).Select(exit =>
            new ExitRow(exit.Reason.ToString(), exit.Count, exit.Count / total, exit.P50Nanoseconds, exit.P99Nanoseconds))];
    }
}
