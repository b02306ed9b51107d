using System.Runtime.InteropServices;
using Spectre.Console;

namespace VmmEngine.Cli.CommandLine;

/// <summary>Long work that Ctrl-C ends at once, whatever it is doing.</summary>
internal static class Interruptible
{
    /// <summary>
    /// Runs the work on a thread of its own, so that its caller can leave it behind: a process that returns from its entry point takes
    /// background threads along.
    /// </summary>
    public static int Run(Terminal terminal, Func<int> work)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        });

        Task<int> running = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny(running, stopped.Task) == 0)
        {
            return running.GetAwaiter().GetResult();
        }

        if (terminal.ErrorIsTerminal)
        {
            terminal.Progress.Cursor.Show(); // the progress display that is left behind has hidden it
        }

        terminal.Error.WriteLine("vmm: stopped before the end; nothing has been shown.");
        return ExitCode.Interrupted;
    }
}
