using System.CommandLine;
using VmmEngine.Backends;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Engine;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Conformance.OpenBsd;
using VmmEngine.Conformance.Systems;
using VmmEngine.Kvm;
using VmmEngine.SoftX86;

namespace VmmEngine.Cli.Conforming;

/// <summary><c>vmm conform</c>: checks the engine against what clients of an interface may rely on.</summary>
internal static class ConformCommand
{
    private static readonly IReadOnlyList<TestedInterface> Interfaces =
    [
        new(FreeBsdSuite.Instance, new KvmOptions(), factory => new FreeBsdProvider(factory)),
        new(OpenBsdSuite.Instance, new KvmOptions { KernelIrqchip = false }, factory => new OpenBsdProvider(factory)), // its clients have the controllers
    ];

    public static Command Create(Terminal terminal)
    {
        Option<string> backend = new("--backend") { Description = "What executes the guests: kvm or software. Without it, software.", HelpName = "kvm|software" };
        Option<string> @interface = new("--interface") { Description = "Whose interface; freebsd without it.", HelpName = string.Join('|', Names) };
        Argument<string[]> names = new("name") { Description = "Only cases whose name contains this, or that are about this command.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = JsonOption.Create();
        Command command = new("conform", "Checks every command, error and rule of an interface, each on a VM of its own.") { names, backend, @interface, json };
        command.SetAction(parsed =>
        {
            TestedInterface tested = ChooseInterface(parsed.GetValue(@interface));
            IReadOnlyList<ConformanceCase> cases = ChooseCases(tested.Suite, parsed.GetValue(names) ?? []);
            BackendFactory factory = ChooseBackend(tested, parsed.GetValue(backend));
            return Interruptible.Run(terminal, () =>
            {
                ConformReport report = ConformReport.Of(tested.Suite, factory.Name, ConformProgress.RunAll(terminal, cases, tested.On(factory)));
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

    private static IEnumerable<string> Names => Interfaces.Select(tested => tested.Suite.Interface);

    private static TestedInterface ChooseInterface(string? name) =>
        name is null ? Interfaces[0]
        : Interfaces.FirstOrDefault(tested => tested.Suite.Interface.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UserErrorException($"'{name}' is no interface with cases.{Nearest.Suggest(name, Names)} There are: {string.Join(", ", Names)}.");

    private static IReadOnlyList<ConformanceCase> ChooseCases(ConformanceSuite suite, string[] names)
    {
        foreach (string name in names)
        {
            if (suite.Choose([name]).Count == 0)
            {
                throw new UserErrorException($"No case is about '{name}'.{Nearest.Suggest(name, suite.Commands.Concat(suite.Cases.Select(@case => @case.Name)))} 'vmm tables' lists the commands.");
            }
        }

        return suite.Choose(names);
    }

    private static BackendFactory ChooseBackend(TestedInterface tested, string? name)
    {
        switch (name)
        {
            case null or "software":
                return new SoftBackendFactory(new SoftOptions());

            case "kvm":
                KvmBackendFactory kvm = new(tested.OnKvm);
                return kvm.Unavailable() is string problem ? throw new UserErrorException(problem) : kvm;

            default:
                throw new UserErrorException($"'{name}' is no back end.{Nearest.Suggest(name, ["kvm", "software"])} There are kvm and software.");
        }
    }

    /// <summary>An interface of this engine with its cases, and how systems of it are started on a back end.</summary>
    private sealed record TestedInterface(ConformanceSuite Suite, KvmOptions OnKvm, Func<BackendFactory, ISystemProvider> On);
}
