using VmmEngine.Backends;
using VmmEngine.RunLoop;

namespace VmmEngine.Cli.Running;

/// <summary>The exits of one reason.</summary>
/// <param name="Reason">Why guest code was left.</param>
/// <param name="Count">How often.</param>
/// <param name="Share">Of all exits, 0 to 1.</param>
/// <param name="P50Ns">Time in the engine, from the exit to the next entry: half took no longer. Nanoseconds.</param>
/// <param name="P99Ns">99 of 100 took no longer.</param>
internal sealed record ExitRow(string Reason, long Count, double Share, double P50Ns, double P99Ns)
{
    public static IReadOnlyList<ExitRow> Of(ExitStatistics exits) =>
    [
        .. Enum.GetValues<ExitReason>()
            .Where(reason => exits.Count(reason) > 0)
            .OrderByDescending(exits.Count)
            .Select(reason => new ExitRow(
                reason.ToString(), exits.Count(reason), exits.Count(reason) / (double)exits.Total, exits.Percentile(reason, 0.5), exits.Percentile(reason, 0.99))),
    ];
}
