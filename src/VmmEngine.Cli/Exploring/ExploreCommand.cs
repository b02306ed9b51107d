using System.CommandLine;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Exploration;

namespace VmmEngine.Cli.Exploring;

/// <summary><c>vmm explore</c>: tries every schedule of the generated lock code, and of the copies that are broken on purpose.</summary>
internal static class ExploreCommand
{
    private static readonly IReadOnlyList<Scenario> Nameable = [.. ScenarioCatalog.All, .. ScenarioCatalog.Large];

    public static Command Create(Terminal terminal)
    {
        Option<string[]> scenarios = new("--scenario")
        {
            Description = $"Only the scenarios whose name or group this is (may be given several times). Those of the group '{ScenarioCatalog.LargeGroup}' take minutes and run only when named.",
            HelpName = "name",
            Arity = ArgumentArity.OneOrMore,
        };
        scenarios.CompletionSources.Add(_ => Names().Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        Option<bool> json = JsonOption.Create();
        Command command = new("explore", "Tries every schedule of the lock code in small worlds; broken copies must be caught.") { scenarios, json };
        command.SetAction(parsed => Interruptible.Run(terminal, () =>
        {
            IReadOnlyList<Scenario> chosen = Choose(parsed.GetValue(scenarios) ?? []);
            ExploreReport report = ExploreReport.Of(ExploreProgress.ExploreAll(terminal, chosen));
            if (parsed.GetValue(json))
            {
                VmmJson.Write(terminal.Output, report, VmmJson.Readable.ExploreReport);
            }
            else
            {
                ExplorePage.Print(terminal, report);
            }

            return report.AsExpected ? ExitCode.Success : ExitCode.Failure;
        }));
        return command;
    }

    private static IReadOnlyList<Scenario> Choose(string[] names)
    {
        foreach (string name in names)
        {
            if (!Nameable.Any(scenario => Matches(scenario, name)))
            {
                throw new UserErrorException(
                    $"There is no scenario or group '{name}'.{Nearest.Suggest(name, Names())} Groups: {string.Join(", ", Groups())}.");
            }
        }

        return names.Length == 0 ? ScenarioCatalog.All : [.. Nameable.Where(scenario => names.Any(name => Matches(scenario, name)))];
    }

    private static bool Matches(Scenario scenario, string name) =>
        scenario.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || scenario.Group.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Names() =>
        Nameable.Select(scenario => scenario.Name).Concat(Groups()).Distinct();

    private static IEnumerable<string> Groups() => Nameable.Select(scenario => scenario.Group).Distinct();
}
