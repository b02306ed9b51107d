using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Running;

/// <summary>A run for people: the exits as a table, then how it ended.</summary>
internal static class RunPage
{
    public static void Print(Terminal terminal, RunReport report)
    {
        Table table = terminal.CreateTable("exit", "count", "share", "p50 in engine", "p99 in engine");
        foreach (ExitRow row in report.Exits)
        {
            table.AddRow(
                new Text(row.Reason),
                new Text(row.Count.ToString("N0", CultureInfo.InvariantCulture)),
                new Text(row.Share.ToString("P1", CultureInfo.InvariantCulture)),
                new Text(Duration(row.P50Ns)),
                new Text(Duration(row.P99Ns)));
        }

        terminal.People.Write(table);
        foreach ((string instruction, ulong count) in report.Uncovered)
        {
            terminal.People.WriteLine($"{instruction}: not covered by the software vCPU, {count} times answered with #UD");
        }

        string instructions = report.Instructions is { } count64 ? $", {count64.ToString("N0", CultureInfo.InvariantCulture)} instructions" : "";
        terminal.People.WriteLine(
            $"{report.Guest} on {report.Backend}: {report.Result} ({report.Detail}) after {report.Seconds.ToString("0.000", CultureInfo.InvariantCulture)} s{instructions}");
    }

    private static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => $"{nanoseconds.ToString("0", CultureInfo.InvariantCulture)} ns",
        < 1_000_000 => $"{(nanoseconds / 1_000).ToString("0.0", CultureInfo.InvariantCulture)} us",
        _ => $"{(nanoseconds / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture)} ms",
    };
}
