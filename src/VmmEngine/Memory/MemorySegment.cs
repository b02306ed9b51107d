using Microsoft.Win32.SafeHandles;

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

    /// <summary>
    /// Makes the bytes those of a file, copied when they are written: many VMs begin with one file and share what none of them changes. The segment's
    /// own file keeps what it had, and no longer is what the guest sees.
    /// </summary>
    /// <param name="file">An open file, which may be closed afterwards.</param>
    /// <param name="offset">Where in it, whole pages.</param>
    /// <returns>False if the host refuses.</returns>
    public bool TryReplaceBytes(SafeFileHandle file, ulong offset)
    {
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return HostMemory.TryReplace(Host.Address.Value, Length, (int)file.DangerousGetHandle(), offset);
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }
}
