using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>Bytes in order of arrival, in an array that never grows. The owner's lock is held.</summary>
internal sealed class ByteQueue(int capacity) : ISnapshotted
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _first;

    public int Count { get; private set; }

    public bool IsFull => Count == _bytes.Length;

    /// <summary>The oldest byte; the queue is not empty.</summary>
    public byte Peek() => _bytes[_first];

    /// <summary>Adds a byte.</summary>
    /// <returns>False if there is no room.</returns>
    public bool TryAdd(byte value)
    {
        if (IsFull)
        {
            return false;
        }

        _bytes[(_first + Count) % _bytes.Length] = value;
        Count++;
        return true;
    }

    /// <summary>Takes the oldest byte; the queue is not empty.</summary>
    public byte Take()
    {
        byte value = _bytes[_first];
        _first = (_first + 1) % _bytes.Length;
        Count--;
        return value;
    }

    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            writer.Write(_bytes[(_first + i) % _bytes.Length]);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _first = 0;
        Count = reader.ReadInt32(0, _bytes.Length);
        reader.Read(_bytes.AsSpan(0, Count));
    }
}
