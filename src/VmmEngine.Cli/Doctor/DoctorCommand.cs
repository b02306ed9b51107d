using System.CommandLine;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;

namespace VmmEngine.Cli.Doctor;

/// <summary><c>vmm doctor</c>: what this machine offers to the engine.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal, HostMachine machine)
    {
        Option<bool> json = JsonOption.Create();
        Command command = new("doctor", "Shows what this machine offers: KVM, processors, memory, runtime, tools.") { json };
        command.SetAction(parsed =>
        {
            DoctorReport report = Examine(machine);
            if (parsed.GetValue(json))
            {
                VmmJson.Write(terminal.Output, report, VmmJson.Readable.DoctorReport);
            }
            else
            {
                Print(terminal, report);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static DoctorReport Examine(HostMachine machine)
    {
        List<Finding> findings = [];
        bool kvmUsable = KvmCheck.Examine(machine, findings);
        HostCheck.Examine(machine, findings);
        RuntimeCheck.Examine(findings);
        CompilerCheck.Examine(machine, findings);
        return new DoctorReport(kvmUsable, findings);
    }

    private static void Print(Terminal terminal, DoctorReport report)
    {
        Table table = terminal.CreateTable("area", "what", "state", "found");
        foreach (Finding finding in report.Findings)
        {
            table.AddRow(
                new Text(finding.Area),
                new Text(finding.Name),
                new Text(Word(finding.State), new Style(Colour(finding.State))),
                new Text(finding.Value));
        }

        terminal.People.Write(table);
        foreach (Finding finding in report.Findings.Where(finding => finding.Advice is not null))
        {
            terminal.People.WriteLine($"{finding.Name}: {finding.Advice}");
        }

        terminal.People.WriteLine(report.KvmUsable ? "Guests can run on KVM here." : "KVM cannot be used here.");
    }

    private static string Word(FindingState state) => state switch
    {
        FindingState.Good => "good",
        FindingState.Without => "without",
        FindingState.Problem => "problem",
        _ => "",
    };

    private static Color Colour(FindingState state) => state switch
    {
        FindingState.Good => Color.Green,
        FindingState.Without => Color.Yellow,
        FindingState.Problem => Color.Red,
        _ => Color.Default,
    };
}
