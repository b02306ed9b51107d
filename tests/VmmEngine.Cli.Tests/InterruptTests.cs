using System.Diagnostics;
using VmmEngine.Cli.CommandLine;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary>Ctrl-C ends what runs long, at once.</summary>
/// <remarks>Alone in its process while it runs: it sends the process a signal that every command of a parallel test would take for its own.</remarks>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class InterruptTests
{
    private const string Name = "interrupts";

    [InterruptFact]
    public void WorkThatNeverEndsIsLeftBehind()
    {
        using StringWriter error = new();
        using ManualResetEventSlim never = new();
        Terminal terminal = new(TextWriter.Null, error, outputIsTerminal: false, errorIsTerminal: false);

        int exitCode = Interruptible.Run(terminal, () =>
        {
            Interrupt(Environment.ProcessId);
            never.Wait(TimeSpan.FromMinutes(1));
            return ExitCode.Success;
        });

        never.Set();
        Assert.Equal(ExitCode.Interrupted, exitCode);
        Assert.Contains("stopped", error.ToString(), StringComparison.Ordinal);
    }

    [InterruptFact]
    public async Task AGuestStopsAndItsExitsAreShown()
    {
        string loops = Path.GetTempFileName();
        await File.WriteAllBytesAsync(loops, [0xEB, 0xFE]); // jmp $
        try
        {
            string[] commandLine = [typeof(VmmCommand).Assembly.Location, "run", "--backend", "software", "--flat", $"{loops}@4096", "--timeout", "60", "--json"];
            using Process tool = Process.Start(new ProcessStartInfo("dotnet", commandLine) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = tool.StandardOutput.ReadToEndAsync();
            Assert.Contains("Ctrl-C stops it", await tool.StandardError.ReadLineAsync(), StringComparison.Ordinal);

            Interrupt(tool.Id);
            await tool.WaitForExitAsync();

            Assert.Equal(ExitCode.Interrupted, tool.ExitCode);
            Assert.Contains("\"result\": \"stopped\"", await output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(loops);
        }
    }

    /// <summary>The first one stops the guest, but the tool waits to write what it has to say.</summary>
    [InterruptFact]
    public async Task ASecondOneEndsAToolWhoseOutputNobodyReads()
    {
        string prints = Path.GetTempFileName();
        await File.WriteAllBytesAsync(prints, [0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xEB, 0xFD]); // mov dx, 0x3F8; mov al, 'A'; out dx, al; jmp -3
        try
        {
            string[] commandLine = [typeof(VmmCommand).Assembly.Location, "run", "--backend", "software", "--flat", $"{prints}@4096", "--timeout", "60"];
            using Process tool = Process.Start(new ProcessStartInfo("dotnet", commandLine) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Assert.Contains("Ctrl-C stops it", await tool.StandardError.ReadLineAsync(), StringComparison.Ordinal);
            Assert.Equal('A', tool.StandardOutput.Read());

            Interrupt(tool.Id);
            for (int more = 0; more < 60 && !tool.WaitForExit(1000); more++)
            {
                Interrupt(tool.Id);
            }

            Assert.True(tool.HasExited);
            Assert.Equal(ExitCode.Interrupted, tool.ExitCode);
        }
        finally
        {
            File.Delete(prints);
        }
    }

    private static void Interrupt(int processId)
    {
        using Process sender = Process.Start("kill", ["-INT", $"{processId}"]);
        sender.WaitForExit();
    }
}
