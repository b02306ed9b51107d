namespace VmmEngine.Memory;

/// <summary>A piece of memory that a VM owns from its allocation to its end, wherever parts of it appear in the guest.</summary>
/// <remarks>
/// Its bytes are one extent of one file, and one contiguous mapping in this process, made once: guest mappings come and go, the host
/// addresses stay.
/// </remarks>
internal sealed class MemorySegment
{
    private readonly byte[] _name;

    public MemorySegment(int id, ReadOnlySpan<byte> name, MemoryFile file, ulong fileOffset, HostMapping host)
    {
        Id = id;
        _name = name.ToArray();
        File = file;
        FileOffset = fileOffset;
        Host = host;
    }

    /// <summary>The segment's number.</summary>
    public int Id { get; }

    /// <summary>Bytes, whole pages.</summary>
    public ulong Length => Host.Length;

    /// <summary>Empty for system memory; device memory has one.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Memory of a device's, such as a frame buffer; system memory otherwise.</summary>
    public bool IsDevice => _name.Length != 0;

    /// <summary>Where the bytes are.</summary>
    public MemoryFile File { get; }

    /// <summary>Bytes from the start of the file to the segment's first.</summary>
    public ulong FileOffset { get; }

    /// <summary>The engine's own view of all of it, readable and writable.</summary>
    public HostMapping Host { get; }
}
