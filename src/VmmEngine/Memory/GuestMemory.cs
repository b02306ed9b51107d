namespace VmmEngine.Memory;

/// <summary>The memory of one VM: its segments, where they appear in the guest, and the checked way there.</summary>
/// <remarks>
/// <para>
/// System memory is one sparse file for the whole VM, made with the first segment. Segments lie in it one after the other in the order of their
/// allocation, and a segment's bytes never move: the same bytes can be mapped at several addresses, at none, or somewhere else later, so
/// no rule that derives a file offset from a guest address could hold for all of them. For the memory that a front end allocates
/// first and maps at 0 (the memory below the hole of every PC) offset and guest-physical address are equal. Device memory has
/// a file of its own for each segment, so that handing one out gives nothing else away.
/// </para>
/// <para>
/// Everything is zero filled and takes memory only where it is touched. Changes need the memory map held exclusively and every vCPU frozen; readers hold
/// the map, a vCPU, or take the snapshot in <see cref="Map"/>.
/// </para>
/// </remarks>
internal sealed class GuestMemory : IDisposable
{
    private readonly MemoryMap _empty;
    private MemoryMap _map;
    private MemoryFile? _system;

    /// <param name="segmentLimit">Segment ids run from 0 to one less than this.</param>
    public GuestMemory(int segmentLimit)
    {
        _empty = MemoryMap.Empty(segmentLimit);
        _map = _empty;
    }

    /// <summary>The memory as it is now.</summary>
    public MemoryMap Map => Volatile.Read(ref _map);

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
        MemoryFile? file = isDevice ? MemoryFile.TryCreate() : _system ??= MemoryFile.TryCreate();
        MemorySegment? segment = file is null ? null : TryPlace(id, length, name, file);
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

    /// <summary>Takes back a segment that nobody has seen yet.</summary>
    public void Release(MemorySegment segment)
    {
        Publish(Map.Without(segment));
        segment.Host.Dispose();
        if (segment.IsDevice)
        {
            segment.File.Dispose();
        }
        else
        {
            segment.File.Shrink(segment.Length);
        }
    }

    /// <summary>Shows a part of a segment to the guest. The range is checked: it overlaps nothing and lies inside its segment.</summary>
    /// <returns>False if it is to be wired and the host does not allow that many pinned pages.</returns>
    public bool TryAdd(MemoryMapping mapping)
    {
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

    private static MemorySegment? TryPlace(int id, ulong length, ReadOnlySpan<byte> name, MemoryFile file)
    {
        ulong offset = file.Length;
        if (!file.TryGrow(length))
        {
            return null;
        }

        HostMapping? host = file.TryMap(offset, length, MemoryProtection.Read | MemoryProtection.Write);
        if (host is null)
        {
            file.Shrink(length);
            return null;
        }

        return new MemorySegment(id, name, file, offset, host);
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
