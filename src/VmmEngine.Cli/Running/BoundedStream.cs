using System.Text;

namespace VmmEngine.Cli.Running;

/// <summary>Keeps the first bytes written to it.</summary>
internal sealed class BoundedStream(int limit) : WriteOnlyStream
{
    private readonly MemoryStream _bytes = new();
    private readonly Lock _writing = new();

    /// <summary>What was kept, as text.</summary>
    public string Text
    {
        get
        {
            lock (_writing)
            {
                return Encoding.UTF8.GetString(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_writing)
        {
            int room = limit - (int)_bytes.Length;
            _bytes.Write(buffer.Length <= room ? buffer : buffer[..room]);
        }
    }

    public override void Flush()
    {
    }
}
