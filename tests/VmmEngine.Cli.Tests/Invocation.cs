using System.Text.Json;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Doctor;

namespace VmmEngine.Cli.Tests;

/// <summary>One command line run in this process, with both streams caught: they are no terminals.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    /// <summary>The output as JSON; the test fails if it is none.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Invocation Of(params string[] arguments) => On(HostMachine.Local, arguments);

    public static Invocation On(HostMachine machine, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = VmmCommand.Run(arguments, new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: false), machine);
        return new Invocation(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that the command refused its command line in one line on the error stream.</summary>
    public void AssertIsUserError(params string[] mentions)
    {
        Xunit.Assert.Equal(CommandLine.ExitCode.Usage, ExitCode);
        Xunit.Assert.Empty(Output);
        Xunit.Assert.Equal(1, Error.Count(character => character == '\n'));
        foreach (string mention in mentions)
        {
            Xunit.Assert.Contains(mention, Error, StringComparison.Ordinal);
        }
    }
}
