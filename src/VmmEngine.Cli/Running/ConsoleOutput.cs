using System.Text;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Running;

/// <summary>
/// Where the guest's console goes: a file, or the tool's output as it comes. The first MiB is also kept, for JSON and for checking the built-in guest.
/// </summary>
internal sealed class ConsoleOutput : WriteOnlyStream
{
    private const int KeptLimit = 1 << 20;

    private readonly Lock _writing = new();
    private readonly MemoryStream _kept = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Stream? _file;
    private readonly TextWriter? _output;
    private bool _isMidLine;

    private ConsoleOutput(Stream? file, TextWriter? output)
    {
        _file = file;
        _output = output;
    }

    /// <summary>What the guest wrote, as text, at most the first MiB.</summary>
    public string Text
    {
        get
        {
            lock (_writing)
            {
                return Encoding.UTF8.GetString(_kept.GetBuffer().AsSpan(0, (int)_kept.Length));
            }
        }
    }

    /// <summary>Opens the file that was asked for; without one, shows or only keeps what is written.</summary>
    public static ConsoleOutput For(Terminal terminal, string? file, bool onlyKeeps)
    {
        if (file is null)
        {
            return new ConsoleOutput(file: null, onlyKeeps ? null : terminal.Output);
        }

        try
        {
            return new ConsoleOutput(File.Create(file), output: null);
        }
        catch (Exception error) when (FileProblem.IsOne(error))
        {
            throw new UserErrorException($"--serial: '{file}' cannot be written: {FileProblem.Describe(file, error)}");
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_writing)
        {
            _kept.Write(buffer[..Math.Min(buffer.Length, KeptLimit - (int)_kept.Length)]);
            _file?.Write(buffer);
            if (_output is not null && !buffer.IsEmpty)
            {
                Show(_output, buffer);
                _isMidLine = buffer[^1] != '\n';
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (_writing)
        {
            _file?.Flush();
            _output?.Flush();
        }
    }

    /// <summary>Ends the line that the guest left open, so that what the tool says begins on its own.</summary>
    public void EndLine()
    {
        lock (_writing)
        {
            if (_isMidLine)
            {
                _output!.WriteLine();
                _isMidLine = false;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        base.Dispose(disposing);
    }

    private void Show(TextWriter output, ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = stackalloc char[256];
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, characters, flush: false, out int read, out int written, out _);
            output.Write(characters[..written]);
            bytes = bytes[read..];
        }
    }
}
