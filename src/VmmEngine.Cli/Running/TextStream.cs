using System.Text;

namespace VmmEngine.Cli.Running;

/// <summary>Passes bytes on as text, as soon as they make characters.</summary>
internal sealed class TextStream(TextWriter output) : WriteOnlyStream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Lock _writing = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Span<char> characters = stackalloc char[128];
        lock (_writing)
        {
            while (!buffer.IsEmpty)
            {
                _decoder.Convert(buffer, characters, flush: false, out int read, out int written, out _);
                output.Write(characters[..written]);
                buffer = buffer[read..];
            }
        }
    }

    public override void Flush()
    {
        lock (_writing)
        {
            output.Flush();
        }
    }
}
