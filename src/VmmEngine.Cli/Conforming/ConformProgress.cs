using VmmEngine.Cli.CommandLine;
using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Cli.Conforming;

/// <summary>Runs cases and tells the error stream of what fails, at once; how far it is, only to somebody who looks.</summary>
internal static class ConformProgress
{
    public static IReadOnlyList<CaseResult> RunAll(Terminal terminal, IReadOnlyList<ConformanceCase> cases, ISystemProvider provider)
    {
        if (!terminal.ErrorIsTerminal)
        {
            return ConformanceRunner.Run(cases, provider, progress: new ImmediateProgress<CaseResult>(result => Tell(terminal, result)));
        }

        int done = 0;
        return Spectre.Console.AnsiConsoleExtensions.Status(terminal.Progress).Start("checking", status =>
            ConformanceRunner.Run(cases, provider, progress: new ImmediateProgress<CaseResult>(result =>
            {
                status.Status = Spectre.Console.StringExtensions.EscapeMarkup($"{++done}/{cases.Count} {result.Case.Name}");
                Tell(terminal, result);
            })));
    }

    private static void Tell(Terminal terminal, CaseResult result)
    {
        if (result.Outcome == CaseOutcome.Failed)
        {
            terminal.Error.WriteLine($"failed: {result.Case.Name}");
        }
    }
}
