using System.Diagnostics;
using VmmEngine.Cli.CommandLine;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary>The command line as such: help, refusals, interruption, pipes.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("tables", "--device")]
    [InlineData("explore", "--scenario")]
    [InlineData("doctor", "--json")]
    [InlineData("bench", "--quick")]
    public void EveryCommandExplainsItself(string command, string option)
    {
        Invocation overview = Invocation.Of("--help");
        Invocation help = Invocation.Of(command, "--help");

        Assert.Equal(0, overview.ExitCode);
        Assert.Contains($"  {command}", overview.Output, StringComparison.Ordinal);
        Assert.Equal(0, help.ExitCode);
        Assert.Contains(option, help.Output, StringComparison.Ordinal);
        Assert.Contains("--json", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AMisspeltCommandIsRefusedWithTheNearestOne() => Invocation.Of("docter").AssertIsUserError("'docter'", "Did you mean 'doctor'?");

    [Fact]
    public void AMisspeltOptionIsRefusedWithTheNearestOne() => Invocation.Of("doctor", "--jso").AssertIsUserError("'--jso'", "Did you mean '--json'?");

    [Theory]
    [InlineData("tables", "--jsn", "--json")]
    [InlineData("bench", "--quik", "--quick")]
    public void AnUnknownOptionIsNotTakenForAName(string command, string option, string nearest) =>
        Invocation.Of(command, option).AssertIsUserError($"'{option}'", $"Did you mean '{nearest}'?", $"vmm {command} --help");

    [Fact]
    public void AFullDiskIsNoBugOfTheTool()
    {
        using StringWriter error = new();

        int exitCode = VmmCommand.Run(["tables", "--json"], new Terminal(new FullWriter(), error, outputIsTerminal: false, errorIsTerminal: false));

        Assert.Equal(ExitCode.Unwritable, exitCode);
        Assert.Contains("the output cannot be written: the disk is full", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AClosedErrorStreamLeavesTheExitStatus()
    {
        using FullWriter error = new();

        Assert.Equal(ExitCode.Usage, VmmCommand.Run(["nothing"], new Terminal(TextWriter.Null, error, outputIsTerminal: false, errorIsTerminal: false)));
    }

    [Fact]
    public void NoCommandAtAllIsRefused() => Invocation.Of().AssertIsUserError("vmm --help");

    [Fact]
    public async Task APipeGetsPlainTextAndNothingOnTheErrorStream()
    {
        string tool = typeof(VmmCommand).Assembly.Location;
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [tool, "doctor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Empty(error);
        Assert.DoesNotContain('\u001b', await output);
        Assert.Contains("/dev/kvm", await output, StringComparison.Ordinal);
    }
}
