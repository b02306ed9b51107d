namespace VmmEngine.Cli.CommandLine;

/// <summary>Long work that Ctrl-C ends at once, whatever it is doing.</summary>
internal static class Interruptible
{
    /// <summary>
    /// Runs the work on a thread of its own, so that its caller can leave it behind: a process that returns from its entry point takes
    /// background threads along.
    /// </summary>
    public static async Task<int> RunAsync(Terminal terminal, Func<int> work, CancellationToken stop)
    {
        Task<int> running = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        if (await Task.WhenAny(running, stopped.Task) == running)
        {
            return await running;
        }

        terminal.Error.WriteLine("vmm: stopped before the end; nothing has been shown.");
        return ExitCode.Interrupted;
    }
}
