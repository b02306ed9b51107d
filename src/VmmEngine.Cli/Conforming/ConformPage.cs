using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Conforming;

/// <summary>A run as a table by command, what fails with what to look at, and why others were skipped.</summary>
internal static class ConformPage
{
    /// <summary>The row of cases that are about no command, such as opening a device.</summary>
    private const string NoCommand = "(none)";

    public static void Print(Terminal terminal, ConformReport report)
    {
        terminal.People.Write(TableOf(terminal, report));
        foreach (ConformResult result in report.Results.Where(result => result.Outcome == "failed"))
        {
            terminal.People.WriteLine();
            terminal.People.WriteLine($"FAILED {result.Name} ({result.Section})");
            terminal.People.WriteLine($"    {result.Why}");
            terminal.People.WriteLine($"    {result.What}");
            terminal.People.WriteLine($"    expected {result.Expected}, seen {result.Seen}");
            terminal.People.WriteLine($"    look at: {LookAt(report, result)}");
        }

        foreach (IGrouping<string, ConformResult> skipped in report.Results.Where(result => result.Outcome == "skipped").GroupBy(result => result.Reason!))
        {
            terminal.People.WriteLine();
            terminal.People.WriteLine($"skipped {skipped.Count()}: {skipped.Key}");
            terminal.People.WriteLine($"    {string.Join(", ", skipped.Select(result => result.Name))}");
        }

        terminal.People.WriteLine();
        terminal.People.WriteLine(
            $"{report.Interface} on {report.Backend}: {report.Commands} commands, {report.Cases} cases: {report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped");
    }

    private static Table TableOf(Terminal terminal, ConformReport report)
    {
        Table table = terminal.CreateTable("command", "cases", "passed", "failed", "skipped");
        IEnumerable<(string Command, ConformResult Result)> rows = report.Results.SelectMany(result =>
            (result.Commands.Count == 0 ? [NoCommand] : result.Commands).Select(command => (command, result)));
        foreach (IGrouping<string, (string Command, ConformResult Result)> row in rows.GroupBy(row => row.Command).OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            int failed = row.Count(entry => entry.Result.Outcome == "failed");
            table.AddRow(
                new Text(row.Key),
                Number(row.Count()),
                Number(row.Count(entry => entry.Result.Outcome == "passed")),
                new Text(failed.ToString(CultureInfo.InvariantCulture), new Style(failed == 0 ? Color.Default : Color.Red)),
                Number(row.Count(entry => entry.Result.Outcome == "skipped")));
        }

        return table;
    }

    private static string LookAt(ConformReport report, ConformResult result)
    {
        string again = $"vmm conform --interface {report.Interface} --backend {report.Backend} {result.Name}";
        return result.Commands.Count == 0 ? again : $"{again}; vmm tables {result.Commands[0].Split('/')[^1]}"; // a revision is no part of a row's name
    }

    private static Text Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));
}
