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

    [Fact]
    public void NoCommandAtAllIsRefused() => Invocation.Of().AssertIsUserError("vmm --help");

    [Fact]
    public void WorkThatNeverEndsIsLeftBehindOnCtrlC()
    {
        using StringWriter error = new();
        using ManualResetEventSlim never = new();
        Terminal terminal = new(TextWriter.Null, error, outputIsTerminal: false, errorIsTerminal: false);

        int exitCode = Interruptible.Run(terminal, () =>
        {
            // Ctrl-C, sent to this very process while the command listens for it.
            using Process sender = Process.Start("kill", ["-INT", $"{Environment.ProcessId}"]);
            never.Wait(TimeSpan.FromMinutes(1));
            return ExitCode.Success;
        });

        never.Set();
        Assert.Equal(ExitCode.Interrupted, exitCode);
        Assert.Contains("stopped", error.ToString(), StringComparison.Ordinal);
    }

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
