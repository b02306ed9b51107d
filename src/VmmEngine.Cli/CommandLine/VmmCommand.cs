using System.CommandLine;
using System.CommandLine.Invocation;
using VmmEngine.Cli.Benchmarks;
using VmmEngine.Cli.Doctor;
using VmmEngine.Cli.Exploring;
using VmmEngine.Cli.TableRows;

namespace VmmEngine.Cli.CommandLine;

/// <summary>The <c>vmm</c> command: parses, runs, and turns every way of failing into one line and an exit status.</summary>
internal static class VmmCommand
{
    /// <summary>Runs one command line on this machine.</summary>
    public static int Run(string[] arguments, Terminal terminal) => Run(arguments, terminal, Machine.Local);

    /// <summary>Runs one command line on a machine described by the caller.</summary>
    public static int Run(string[] arguments, Terminal terminal, Machine machine)
    {
        RootCommand root = new("Looks into VmmEngine: its command tables, the proof of its locks, this machine, and its speed.")
        {
            TablesCommand.Create(terminal),
            ExploreCommand.Create(terminal),
            DoctorCommand.Create(terminal, machine),
            BenchCommand.Create(terminal),
        };

        try
        {
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                throw new UserErrorException(Describe(parsed));
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (UserErrorException error)
        {
            terminal.Error.WriteLine($"vmm: {error.Message}");
            return ExitCode.Usage;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            terminal.Error.WriteLine($"vmm: internal error ({bug.GetType().Name}): {bug.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Internal;
        }
    }

    private static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "vmm" : $"vmm {command.Name}";
        string help = $" '{name} --help' lists what there is.";
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            IEnumerable<string> choices = command.Subcommands.Select(choice => choice.Name)
                .Concat(command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)));
            return $"'{unknown}' is nothing that '{name}' takes.{Nearest.Suggest(unknown, choices)}{help}";
        }

        return (command is RootCommand ? "Which command?" : parsed.Errors[0].Message.ReplaceLineEndings(" ")) + help;
    }
}
