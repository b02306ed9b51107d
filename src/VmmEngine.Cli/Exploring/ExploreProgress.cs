using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Exploration;

namespace VmmEngine.Cli.Exploring;

/// <summary>Explores scenario after scenario and shows how far it is to whoever looks at the error stream.</summary>
internal static class ExploreProgress
{
    public static IReadOnlyList<ExplorationResult> ExploreAll(Terminal terminal, IReadOnlyList<Scenario> scenarios)
    {
        if (!terminal.ErrorIsTerminal)
        {
            return [.. scenarios.Select(scenario => Explorer.Explore(scenario))];
        }

        return terminal.Progress.Status().Start("exploring", status => ExploreAll(status, scenarios));
    }

    private static List<ExplorationResult> ExploreAll(StatusContext status, IReadOnlyList<Scenario> scenarios)
    {
        List<ExplorationResult> results = [];
        foreach (Scenario scenario in scenarios)
        {
            string heading = $"{results.Count + 1}/{scenarios.Count} {scenario}".EscapeMarkup();
            status.Status(heading);
            results.Add(Explorer.Explore(scenario, progress: new ImmediateProgress<ExplorationProgress>(progress =>
                status.Status($"{heading}, {progress.States.ToString("N0", CultureInfo.InvariantCulture)} states"))));
        }

        return results;
    }
}
