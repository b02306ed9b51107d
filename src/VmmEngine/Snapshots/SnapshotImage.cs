using System.Text;

namespace VmmEngine.Snapshots;

/// <summary>The parts of a snapshot but for the memory's bytes: each has a name and knows its own bytes.</summary>
internal sealed class SnapshotImage
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>An image to save into.</summary>
    public SnapshotImage()
    {
    }

    /// <summary>What a file has. Its checksum was right, so what does not fit here was made like that.</summary>
    /// <exception cref="SnapshotException">The bytes are no list of parts.</exception>
    public SnapshotImage(ReadOnlyMemory<byte> state)
    {
        SnapshotReader reader = new("list of parts", state);
        int count = reader.ReadInt32(0, ushort.MaxValue);
        for (int i = 0; i < count; i++)
        {
            string name = ReadName(reader);
            int length = reader.ReadInt32(0, reader.Left);
            int start = state.Length - reader.Left;
            reader.Skip(length);
            if (!_parts.TryAdd(name, state.Slice(start, length)))
            {
                throw reader.Invalid($"two parts '{name}'");
            }
        }

        reader.End();
        _unread.UnionWith(_parts.Keys);
    }

    /// <summary>Adds a part.</summary>
    /// <exception cref="SnapshotException">The part cannot be saved.</exception>
    public void Save(string name, ISnapshotted part)
    {
        SnapshotWriter writer = new();
        part.Save(writer);
        _parts.Add(name, writer.Written.ToArray());
    }

    /// <summary>Restores a part.</summary>
    /// <exception cref="SnapshotException">There is none of this name, or the part cannot be in that state.</exception>
    public void Restore(string name, ISnapshotted part)
    {
        if (!_parts.TryGetValue(name, out ReadOnlyMemory<byte> bytes))
        {
            throw new SnapshotException($"the snapshot has no part '{name}', which this machine has: build the machine as the saved one was");
        }

        SnapshotReader reader = new(name, bytes);
        part.Restore(reader);
        reader.End();
        _unread.Remove(name);
    }

    /// <summary>The parts' names.</summary>
    public IEnumerable<string> Names => _parts.Keys;

    /// <summary>To be called when all parts of the machine are restored.</summary>
    /// <exception cref="SnapshotException">The saved machine had more.</exception>
    public void RequireAllRestored()
    {
        if (_unread.Count != 0)
        {
            throw new SnapshotException($"the snapshot has a part '{_unread.Order(StringComparer.Ordinal).First()}', which this machine lacks: build the machine as the saved one was");
        }
    }

    /// <summary>All parts, as the constructor takes them.</summary>
    public ReadOnlyMemory<byte> ToState()
    {
        SnapshotWriter writer = new();
        writer.Write(_parts.Count);
        foreach ((string name, ReadOnlyMemory<byte> bytes) in _parts)
        {
            WriteName(writer, name);
            writer.Write(bytes.Length);
            writer.Write(bytes.Span);
        }

        return writer.Written.ToArray();
    }

    internal static void WriteName(SnapshotWriter writer, string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        writer.Write((byte)bytes.Length);
        writer.Write(bytes);
    }

    internal static string ReadName(SnapshotReader reader)
    {
        Span<byte> bytes = stackalloc byte[reader.ReadByte()];
        reader.Read(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
