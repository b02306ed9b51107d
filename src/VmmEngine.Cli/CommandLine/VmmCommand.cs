using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using VmmEngine.Cli.Benchmarks;
using VmmEngine.Cli.Conforming;
using VmmEngine.Cli.Doctor;
using VmmEngine.Cli.Exploring;
using VmmEngine.Cli.Running;
using VmmEngine.Cli.TableRows;

namespace VmmEngine.Cli.CommandLine;

/// <summary>The <c>vmm</c> command: parses, runs, and turns every way of failing into one line and an exit status.</summary>
internal static class VmmCommand
{
    /// <summary>Runs one command line on this machine.</summary>
    public static int Run(string[] arguments, Terminal terminal) => Run(arguments, terminal, HostMachine.Local);

    /// <summary>Runs one command line on a machine described by the caller.</summary>
    public static int Run(string[] arguments, Terminal terminal, HostMachine machine)
    {
        RootCommand root = new("Runs guests, and looks into VmmEngine: its command tables, the proof of its locks, this machine, and its speed.")
        {
            RunCommand.Create(terminal),
            TablesCommand.Create(terminal),
            ExploreCommand.Create(terminal),
            ConformCommand.Create(terminal),
            DoctorCommand.Create(terminal, machine),
            BenchCommand.Create(terminal),
        };

        try
        {
            ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null }); // "@" begins no file here
            if (parsed.Action is ParseErrorAction || MisspeltOption(parsed) is not null)
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
            return Complain(terminal, error.Message, ExitCode.Usage);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Complain(terminal, $"the output cannot be written: {error.Message.TrimEnd('.')}. Look at where it goes: a full disk, a closed stream?", ExitCode.Unwritable);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            return Complain(terminal, $"internal error ({bug.GetType().Name}): {bug.Message.ReplaceLineEndings(" ")}", ExitCode.Internal);
        }
    }

    // The error stream may be as closed as the output; then the exit status has to say it alone.
    private static int Complain(Terminal terminal, string message, int exitCode)
    {
        try
        {
            terminal.Error.WriteLine($"vmm: {message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return exitCode;
        }

        return exitCode;
    }

    // The parser takes an unknown option for a row's or a benchmark's name, and none of these begins with a hyphen.
    private static string? MisspeltOption(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).FirstOrDefault(value => value.StartsWith('-'));

    private static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "vmm" : $"vmm {command.Name}";
        string help = $" '{name} --help' lists what there is.";
        if ((MisspeltOption(parsed) ?? (parsed.UnmatchedTokens is [string first, ..] ? first : null)) is string unknown)
        {
            IEnumerable<string> choices = command.Subcommands.Select(choice => choice.Name)
                .Concat(command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)));
            return $"'{unknown}' is nothing that '{name}' takes.{Nearest.Suggest(unknown, choices)}{help}";
        }

        return (command is RootCommand ? "Which command?" : parsed.Errors[0].Message.ReplaceLineEndings(" ")) + help;
    }
}
