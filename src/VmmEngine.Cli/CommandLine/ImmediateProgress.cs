namespace VmmEngine.Cli.CommandLine;

/// <summary>Progress told on the thread that makes it, in order (<see cref="Progress{T}"/> goes through the thread pool).</summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
