using Microsoft.Win32.SafeHandles;

namespace VmmEngine.Memory;

/// <summary>A piece of memory that a VM owns from its allocation to its end, wherever parts of it appear in the guest.</summary>
/// <remarks>
/// It is one contiguous range of addresses in this process, taken once: guest mappings come and go, the host addresses stay. Its bytes are in a file, each part
/// at a place that it is given before anybody writes there, and keeps. A part without a place reads as zeros.
/// </remarks>
internal sealed class MemorySegment
{
    private readonly byte[] _name;
    private SegmentPiece[] _pieces = [];
    private bool _isReplaced;

    private MemorySegment(int id, ReadOnlySpan<byte> name, MemoryFile file, HostMapping host)
    {
        Id = id;
        _name = name.ToArray();
        File = file;
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

    /// <summary>The parts that have a place in the file, by ascending offset. Replaced as a whole.</summary>
    public ReadOnlySpan<SegmentPiece> Pieces => Volatile.Read(ref _pieces);

    /// <summary>The engine's own view of all of it; what has a place is readable and writable.</summary>
    public HostMapping Host { get; }

    /// <summary>Takes the addresses of a segment.</summary>
    /// <returns>Null if the host has no room.</returns>
    public static MemorySegment? TryCreate(int id, ulong length, ReadOnlySpan<byte> name, MemoryFile file)
    {
        nuint pages = HostMemory.Reserve(length);
        return pages == 0 ? null : new MemorySegment(id, name, file, new HostMapping(pages, 0, length));
    }

    /// <summary>The first part of a range that has no place, or one that begins at the range's end.</summary>
    public (ulong Offset, ulong Length) NextWithoutPlace(ulong offset, ulong end)
    {
        foreach (SegmentPiece piece in Pieces)
        {
            if (piece.End <= offset)
            {
                continue;
            }

            if (piece.Offset > offset)
            {
                return (offset, Math.Min(end, piece.Offset) - offset);
            }

            offset = Math.Min(end, piece.End);
        }

        return (offset, end - offset);
    }

    /// <summary>Gives a part that has none its place in the file.</summary>
    /// <returns>False if the host's files cannot be so long, or it has no room.</returns>
    public bool TryPlace(SegmentPiece piece)
    {
        const MemoryProtection access = MemoryProtection.Read | MemoryProtection.Write;
        if (!File.TryReach(piece.FileEnd)
            || (!_isReplaced && File.TryMap(piece.FileOffset, piece.Length, access, Host.Address.Value + (nuint)piece.Offset) == 0))
        {
            return false;
        }

        Volatile.Write(ref _pieces, [.. _pieces.Append(piece).OrderBy(other => other.Offset)]);
        return true;
    }

    /// <summary>Maps a part for a client. All of it has its place.</summary>
    /// <param name="offset">Bytes into the segment.</param>
    /// <param name="length">Bytes, not 0.</param>
    /// <param name="protection">Read, Write, both or none.</param>
    /// <returns>Null if the host has no room.</returns>
    public HostMapping? TryMap(ulong offset, ulong length, MemoryProtection protection)
    {
        ulong lead = offset % HostMemory.PageSize;
        ulong first = offset - lead;
        nuint pages = HostMemory.Reserve(lead + length);
        if (pages == 0)
        {
            return null;
        }

        HostMapping mapping = new(pages, lead, length);
        if (!TryShow(first, lead + length, protection, pages))
        {
            mapping.Dispose();
            return null;
        }

        return mapping;
    }

    /// <summary>Maps all of the segment for a client, readable and writable. The mapping is the client's from then on.</summary>
    /// <param name="at">Where, in the place of whatever is mapped there; 0 for where the host likes.</param>
    /// <returns>The address; 0 if the host has no room.</returns>
    public nuint TryGive(nuint at)
    {
        nuint pages = at == 0 ? HostMemory.Reserve(Length) : at;
        if (pages == 0 || TryShow(0, Length, MemoryProtection.Read | MemoryProtection.Write, pages))
        {
            return pages;
        }

        if (at == 0)
        {
            HostMemory.Unmap(pages, Length);
        }

        return 0;
    }

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
            _isReplaced = HostMemory.TryReplace(Host.Address.Value, Length, (int)file.DangerousGetHandle(), offset);
            return _isReplaced;
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    private bool TryShow(ulong first, ulong length, MemoryProtection protection, nuint at)
    {
        ulong end = first + length;
        foreach (SegmentPiece piece in Pieces)
        {
            ulong begin = Math.Max(first, piece.Offset);
            ulong last = Math.Min(end, piece.End);
            if (begin < last
                && File.TryMap(piece.FileOffset + begin - piece.Offset, last - begin, protection, at + (nuint)(begin - first)) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
