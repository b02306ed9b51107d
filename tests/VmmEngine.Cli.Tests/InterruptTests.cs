using System.Diagnostics;
using System.Runtime.InteropServices;
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

    private static readonly byte[] Loops = [0xEB, 0xFE]; // jmp $

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
        await File.WriteAllBytesAsync(loops, Loops);
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

    /// <summary>It comes between the line that names it and the guest's first instruction.</summary>
    [InterruptFact]
    public void BeforeTheGuestHasBegunItCountsToo()
    {
        string loops = Path.GetTempFileName();
        File.WriteAllBytes(loops, Loops);
        try
        {
            using StringWriter output = new();
            using InterruptingWriter error = new();
            int exitCode = VmmCommand.Run(
                ["run", "--backend", "software", "--flat", $"{loops}@4096", "--timeout", "60", "--json"],
                new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: false));

            Assert.Equal(ExitCode.Interrupted, exitCode);
            Assert.Contains("\"result\": \"stopped\"", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(loops);
        }
    }

    private static void Interrupt(int processId)
    {
        using Process sender = Process.Start("kill", ["-INT", $"{processId}"]);
        sender.WaitForExit();
    }

    /// <summary>An error stream whose reader presses Ctrl-C as soon as it is offered. Writing goes on when the signal has been handled.</summary>
    private sealed class InterruptingWriter : StringWriter
    {
        // One handler before the tool's own and one behind it: when both have run, so has the tool's.
        private readonly CountdownEvent _handled = new(2);
        private readonly PosixSignalRegistration _first;

        public InterruptingWriter() => _first = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value is not null && value.Contains("Ctrl-C stops it", StringComparison.Ordinal))
            {
                using PosixSignalRegistration last = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
                Interrupt(Environment.ProcessId);
                Assert.True(_handled.Wait(TimeSpan.FromMinutes(1)), "the signal does not arrive");
            }
        }

        protected override void Dispose(bool disposing)
        {
            _first.Dispose();
            _handled.Dispose();
            base.Dispose(disposing);
        }

        private void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            _handled.Signal();
        }
    }
}
