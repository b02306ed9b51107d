using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Ratios;

namespace VmmEngine.Cli.Benchmarks;

/// <summary><c>vmm bench</c>: how the generated code compares with the upstream algorithm in C.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> names = new("name")
        {
            Description = "Which rows, in this order; all of them if none is named.",
            HelpName = "name",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.CompletionSources.Add(_ => RatioSuite.All.Select(row => new System.CommandLine.Completions.CompletionItem(row.Name)));
        Option<bool> quick = new("--quick") { Description = "Fewer rounds: faster and noisier." };
        Option<string> kicks = new("--kicks") { Description = "How many kicks the rows about kicks on KVM take: 20000 if not said, 2000 with --quick.", HelpName = "count" };
        Option<bool> json = JsonOption.Create();
        Command command = new("bench", "Measures dispatch, locks and the run loop against native baselines, side by side. A missed target is printed and does not change the exit status.") { names, quick, kicks, json };
        command.SetAction(parsed => Interruptible.Run(terminal, () =>
        {
            string[] chosen = Choose(parsed.GetValue(names) ?? []);
            RatioOptions options = parsed.GetValue(quick) ? RatioOptions.Quick : RatioOptions.Thorough;
            int count = parsed.GetValue(kicks) is { } text ? (int)WholeNumber.Parse("--kicks", text, 1, int.MaxValue) : options.Kicks;
            IReadOnlyList<RatioResult> results = Measure(terminal, chosen, options with { Kicks = count });
            if (parsed.GetValue(json))
            {
                VmmJson.Write(terminal.Output, results, VmmJson.Readable.IReadOnlyListRatioResult);
            }
            else
            {
                Print(terminal, results);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static string[] Choose(string[] names)
    {
        string[] all = [.. RatioSuite.All.Select(row => row.Name)];
        return [.. names.Select(name => all.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UserErrorException(
                $"There is no benchmark '{name}'.{Nearest.Suggest(name, all)} There are: {string.Join(", ", all)}."))];
    }

    private static IReadOnlyList<RatioResult> Measure(Terminal terminal, string[] names, RatioOptions options)
    {
        int count = names.Length == 0 ? RatioSuite.All.Count : names.Length;
        int number = 0;
        return RatioSuite.Run(names, options, new ImmediateProgress<RatioBenchmark>(row =>
            terminal.Error.WriteLine($"{++number}/{count} {row.Name}: {row.Description}")));
    }

    private static void Print(Terminal terminal, IReadOnlyList<RatioResult> results)
    {
        Table table = terminal.CreateTable("name", "ours ns", "baseline ns", "ratio", "target", "", "note");
        foreach (RatioResult result in results)
        {
            table.AddRow(
                new Text(result.Name),
                Number(result.OursNs, "F1"),
                Number(result.BaselineNs, "F1"),
                Number(result.Ratio, "F2"),
                Number(result.Target, "F2"),
                result switch
                {
                    { OursNs: null } => new Text("skipped", new Style(Color.Yellow)),
                    _ => Verdict(result.Met),
                },
                new Text(result.Note ?? ""));
        }

        terminal.People.Write(table);
        terminal.People.WriteLine("Nanoseconds of thread processor time (where a note says so, of time), medians; the ratio is the median of the ratios of single rounds.");
        string[] missed = [.. results.Where(result => result.Met == false).Select(result => result.Name)];
        if (missed.Length > 0)
        {
            terminal.People.WriteLine($"{missed.Length} of {results.Count} above their targets: {string.Join(", ", missed)}.");
        }
    }

    private static Text Verdict(bool? met) => met switch
    {
        true => new Text("met", new Style(Color.Green)),
        false => new Text("MISSED", new Style(Color.Red)),
        null => new Text("unknown", new Style(Color.Yellow)),
    };

    private static Text Number(double? value, string format) => new(value?.ToString(format, CultureInfo.InvariantCulture) ?? "-");
}
