using System.Text;

namespace VmmEngine.Platform;

/// <summary>Keeps what a guest sends, up to a limit; what comes after it is dropped.</summary>
/// <param name="capacity">Bytes.</param>
public sealed class MemorySerialSink(int capacity = 1 << 20) : SerialSink
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _count;

    /// <inheritdoc/>
    public override bool TryWrite(byte value)
    {
        int count = _count;
        if (count < _bytes.Length)
        {
            _bytes[count] = value;
            Volatile.Write(ref _count, count + 1); // after the byte: readers on other threads look at the count first
        }

        return true;
    }

    /// <summary>What came so far. Any thread.</summary>
    public byte[] ToArray() => _bytes[..Volatile.Read(ref _count)];

    /// <summary>The same as Latin-1 text, a character a byte.</summary>
    public override string ToString() => Encoding.Latin1.GetString(_bytes, 0, Volatile.Read(ref _count));
}
