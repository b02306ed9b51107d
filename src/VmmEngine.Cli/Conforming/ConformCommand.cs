using System.CommandLine;
using VmmEngine.Backends;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Engine;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.SoftX86;

namespace VmmEngine.Cli.Conforming;

/// <summary><c>vmm conform</c>: checks the engine against what clients of an interface may rely on.</summary>
internal static class ConformCommand
{
    private static readonly IReadOnlyList<ConformanceSuite> Suites = [FreeBsdSuite.Instance];

    public static Command Create(Terminal terminal)
    {
        Option<string> backend = new("--backend") { Description = "What executes the guests: kvm or software. Without it, software.", HelpName = "kvm|software" };
        Option<string> @interface = new("--interface") { Description = "Whose interface; freebsd without it.", HelpName = string.Join('|', Suites.Select(suite => suite.Interface)) };
        Argument<string[]> names = new("name") { Description = "Only cases whose name contains this, or that are about this command.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = JsonOption.Create();
        Command command = new("conform", "Checks every command, error and rule of an interface, each on a VM of its own.") { names, backend, @interface, json };
        command.SetAction(parsed =>
        {
            ConformanceSuite suite = ChooseSuite(parsed.GetValue(@interface));
            IReadOnlyList<ConformanceCase> cases = ChooseCases(suite, parsed.GetValue(names) ?? []);
            BackendFactory factory = ChooseBackend(parsed.GetValue(backend));
            return Interruptible.Run(terminal, () =>
            {
                ConformReport report = ConformReport.Of(suite, factory.Name, ConformProgress.RunAll(terminal, cases, new EngineProvider(factory)));
                if (parsed.GetValue(json))
                {
                    VmmJson.Write(terminal.Output, report, VmmJson.Readable.ConformReport);
                }
                else
                {
                    ConformPage.Print(terminal, report);
                }

                return report.Failed == 0 ? ExitCode.Success : ExitCode.Failure;
            });
        });
        return command;
    }

    private static ConformanceSuite ChooseSuite(string? name) =>
        name is null ? Suites[0]
        : Suites.FirstOrDefault(suite => suite.Interface.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UserErrorException(
                $"'{name}' is no interface with cases.{Nearest.Suggest(name, Suites.Select(suite => suite.Interface))} There is: {string.Join(", ", Suites.Select(suite => suite.Interface))}.");

    private static IReadOnlyList<ConformanceCase> ChooseCases(ConformanceSuite suite, string[] names)
    {
        foreach (string name in names)
        {
            if (suite.Choose([name]).Count == 0)
            {
                throw new UserErrorException($"No case is about '{name}'.{Nearest.Suggest(name, suite.Commands.Concat(suite.Cases.Select(@case => @case.Name)))}");
            }
        }

        return suite.Choose(names);
    }

    // The device's interrupt controllers are the engine's own on KVM too: a client sees the same VM on both.
    private static BackendFactory ChooseBackend(string? name)
    {
        switch (name)
        {
            case null or "software":
                return new SoftBackendFactory(new SoftOptions());

            case "kvm":
                KvmBackendFactory kvm = new(new KvmOptions { KernelIrqchip = false });
                return kvm.Unavailable() is string problem ? throw new UserErrorException(problem) : kvm;

            default:
                throw new UserErrorException($"'{name}' is no back end.{Nearest.Suggest(name, ["kvm", "software"])} There are kvm and software.");
        }
    }
}
