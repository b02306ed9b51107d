using System.Text;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Running;

/// <summary>Where the guest's console goes: the tool's output as it comes, a file, or (for JSON) memory.</summary>
internal sealed class ConsoleOutput : IDisposable
{
    private const int CaptureLimit = 1 << 20;

    private ConsoleOutput(Stream stream) => Stream = stream;

    /// <summary>Takes the bytes.</summary>
    public Stream Stream { get; }

    /// <summary>What was kept in memory, at most the first MiB; null if it went elsewhere.</summary>
    public string? Captured => Stream is BoundedStream memory ? memory.Text : null;

    public static ConsoleOutput For(Terminal terminal, string? file, bool captures)
    {
        if (file is null)
        {
            return new ConsoleOutput(captures ? new BoundedStream(CaptureLimit) : new TextStream(terminal.Output));
        }

        try
        {
            return new ConsoleOutput(File.Create(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"--serial: '{file}' cannot be written: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    public void Dispose() => Stream.Dispose();
}
