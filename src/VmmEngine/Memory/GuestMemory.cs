namespace VmmEngine.Memory;

/// <summary>The memory of one VM: its segments, where they appear in the guest, and the checked way there.</summary>
/// <remarks>
/// <para>
/// System memory is one sparse file for the whole VM. A part of a segment gets its place there when it is first shown to the guest, at the offset that is
/// its guest-physical address: whoever has the file can map and read the guest's memory by address. A part never moves, so that what clients have mapped stays theirs:
/// shown at a second address, or where another's bytes are already, it is not in the file by that address. Device memory has a
/// file of its own for each segment, from its start, so that handing one out gives nothing else away.
/// </para>
/// <para>
/// Everything is zero filled and takes memory only where it is touched. Changes need the memory map held exclusively and every vCPU frozen; readers hold
/// the map, a vCPU, or take the snapshot in <see cref="Map"/>.
/// </para>
/// </remarks>
internal sealed class GuestMemory : IDisposable
{
    /// <summary>Where parts lie in the file that cannot be at their address: behind all addresses.</summary>
    private const ulong FirstElsewhere = 1UL << 52;

    private readonly MemoryMap _empty;
    private MemoryMap _map;
    private MemoryFile? _system;
    private ulong _elsewhere = FirstElsewhere;

    /// <param name="segmentLimit">Segment ids run from 0 to one less than this.</param>
    public GuestMemory(int segmentLimit)
    {
        _empty = MemoryMap.Empty(segmentLimit);
        _map = _empty;
    }

    /// <summary>The memory as it is now.</summary>
    public MemoryMap Map => Volatile.Read(ref _map);

    /// <summary>The descriptor of system memory's file; -1 if there is none. Any thread.</summary>
    public int SystemDescriptor => Volatile.Read(ref _system)?.Descriptor ?? -1;

    /// <summary>Bytes of all segments that have been touched and so take memory. Any thread.</summary>
    public ulong ResidentBytes
    {
        get
        {
            ulong bytes = Volatile.Read(ref _system)?.ResidentBytes ?? 0;
            foreach (MemorySegment? segment in Map.Segments)
            {
                bytes += segment is { IsDevice: true } ? segment.File.ResidentBytes : 0;
            }

            return bytes;
        }
    }

    /// <summary>Bytes of the wired mappings; a page that two of them show counts twice. Any thread.</summary>
    public ulong WiredBytes
    {
        get
        {
            ulong bytes = 0;
            foreach (MemoryMapping mapping in Map.Mappings)
            {
                bytes += mapping.IsWired ? mapping.Length : 0;
            }

            return bytes;
        }
    }

    /// <summary>Gives the VM a segment.</summary>
    /// <param name="id">Valid and free.</param>
    /// <param name="length">Bytes, whole pages, not 0.</param>
    /// <param name="name">Empty for system memory.</param>
    /// <returns>Null if the host cannot give so much.</returns>
    public MemorySegment? TryAllocate(int id, ulong length, ReadOnlySpan<byte> name)
    {
        bool isDevice = !name.IsEmpty;
        MemoryFile? file = isDevice ? MemoryFile.TryCreate() : TryGetSystemFile();
        MemorySegment? segment = file is null ? null : MemorySegment.TryCreate(id, length, name, file);
        if (segment is not null && isDevice && !segment.TryPlace(new SegmentPiece(0, length, 0)))
        {
            segment.Host.Dispose();
            segment = null;
        }

        if (segment is not null)
        {
            Publish(Map.With(segment));
        }
        else if (isDevice)
        {
            file?.Dispose();
        }

        return segment;
    }

    /// <summary>The file of system memory, made for the first who needs it. Whoever asks holds the map, or is inside the VM's gate.</summary>
    /// <returns>Null if the host has no descriptor or no memory left.</returns>
    public MemoryFile? TryGetSystemFile()
    {
        MemoryFile? file = Volatile.Read(ref _system);
        if (file is not null)
        {
            return file;
        }

        MemoryFile? made = MemoryFile.TryCreate();
        file = Interlocked.CompareExchange(ref _system, made, null);
        if (file is null)
        {
            return made;
        }

        made?.Dispose();
        return file;
    }

    /// <summary>Gives all parts of a range of system memory their places.</summary>
    /// <param name="segment">Whose.</param>
    /// <param name="offset">Bytes into the segment, whole pages.</param>
    /// <param name="length">Bytes, whole pages.</param>
    /// <param name="address">Where the guest is going to see the range.</param>
    /// <returns>False if the host's files cannot be so long, or it has no room.</returns>
    public bool TryPlace(MemorySegment segment, ulong offset, ulong length, ulong address)
    {
        ulong end = offset + length;
        for (ulong next = offset; ;)
        {
            (ulong from, ulong count) = segment.NextWithoutPlace(next, end);
            if (count == 0)
            {
                return true;
            }

            ulong place = address + (from - offset);
            bool isFree = IsFree(place, count);
            if (!segment.TryPlace(new SegmentPiece(from, count, isFree ? place : _elsewhere)))
            {
                return false;
            }

            _elsewhere += isFree ? 0 : count;
            next = from + count;
        }
    }

    /// <summary>Takes back a segment that nobody has seen yet.</summary>
    public void Release(MemorySegment segment)
    {
        Publish(Map.Without(segment));
        segment.Host.Dispose();
        if (segment.IsDevice)
        {
            segment.File.Dispose();
        }
    }

    /// <summary>Shows a part of a segment to the guest. The range is checked: it overlaps nothing and lies inside its segment.</summary>
    /// <returns>False if the host has no room, or does not allow that many pinned pages for one that is to be wired.</returns>
    public bool TryAdd(MemoryMapping mapping)
    {
        if (!TryPlace(mapping.Segment, mapping.Offset, mapping.Length, mapping.Address))
        {
            return false;
        }

        if (mapping.IsWired && !HostMemory.TryPin(mapping.Host.Value, mapping.Length))
        {
            Unpin(mapping);
            return false;
        }

        Publish(Map.With(mapping));
        return true;
    }

    /// <summary>Takes a mapping of the map away. The segment keeps its bytes.</summary>
    public void Remove(MemoryMapping mapping)
    {
        Publish(Map.Without(mapping));
        if (mapping.IsWired)
        {
            Unpin(mapping);
        }
    }

    /// <summary>Lets go of everything. What clients have mapped for themselves stays.</summary>
    public void Dispose()
    {
        MemoryMap map = Map;
        Publish(_empty);
        foreach (MemorySegment? segment in map.Segments)
        {
            segment?.Host.Dispose();
            segment?.File.Dispose();
        }

        _system?.Dispose();
    }

    private bool IsFree(ulong place, ulong length)
    {
        foreach (MemorySegment? segment in Map.Segments)
        {
            if (segment is null || segment.IsDevice)
            {
                continue;
            }

            foreach (SegmentPiece piece in segment.Pieces)
            {
                if (piece.FileOffset < place + length && place < piece.FileEnd)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Pins do not count: a page that another wired mapping shows as well stays pinned until the last of them goes.
    private void Unpin(MemoryMapping mapping)
    {
        ulong end = mapping.Offset + mapping.Length;
        for (ulong offset = mapping.Offset; offset < end;)
        {
            ulong next = NextPinChange(mapping.Segment, offset, end, out bool isPinned);
            if (!isPinned)
            {
                HostMemory.Unpin(mapping.Segment.Host.Address.Value + (nuint)offset, next - offset);
            }

            offset = next;
        }
    }

    private ulong NextPinChange(MemorySegment segment, ulong offset, ulong end, out bool isPinned)
    {
        isPinned = false;
        foreach (MemoryMapping other in Map.Mappings)
        {
            if (!other.IsWired || other.Segment != segment || other.Offset + other.Length <= offset)
            {
                continue;
            }

            if (other.Offset <= offset)
            {
                isPinned = true;
                return Math.Min(end, other.Offset + other.Length);
            }

            end = Math.Min(end, other.Offset);
        }

        return end;
    }

    private void Publish(MemoryMap map) => Volatile.Write(ref _map, map);
}
