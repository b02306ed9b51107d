using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Exploring;

/// <summary>An exploration as a table, its totals, and the trace of whatever should not have happened.</summary>
internal static class ExplorePage
{
    public static void Print(Terminal terminal, ExploreReport report)
    {
        Table table = terminal.CreateTable("group", "scenario", "states", "transitions", "schedules", "outcome");
        foreach (ScenarioReport scenario in report.Scenarios)
        {
            table.AddRow(
                new Text(scenario.Group),
                new Text(scenario.Name),
                Number(scenario.States),
                Number(scenario.Transitions),
                new Text(scenario.Schedules.ToString(scenario.Schedules < 1e15 ? "N0" : "0.00e+0", CultureInfo.InvariantCulture)),
                new Text(scenario.Outcome, new Style(scenario.AsExpected ? Color.Green : Color.Red)));
        }

        terminal.People.Write(table);
        foreach (ScenarioReport scenario in report.Scenarios.Where(scenario => !scenario.AsExpected))
        {
            terminal.People.WriteLine($"{scenario.Group}: {scenario.Name} was to be {scenario.Expected} and is {scenario.Outcome}. {scenario.Violation}");
            foreach (string step in scenario.Trace)
            {
                terminal.People.WriteLine($"    {step}");
            }
        }

        string inconclusive = report.Inconclusive == 0 ? "" : $", {report.Inconclusive} inconclusive";
        terminal.People.WriteLine(
            $"{report.SchedulesText} schedules, {report.Violations} violations, "
            + $"broken copies caught: {report.BrokenCopiesCaught} of {report.BrokenCopies}{inconclusive}");
    }

    private static Text Number(long value) => new(value.ToString("N0", CultureInfo.InvariantCulture));
}
