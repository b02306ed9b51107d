using System.Diagnostics.CodeAnalysis;

namespace VmmEngine.Memory;

/// <summary>
/// What guest-physical memory a VM has, at one moment. Never changed: a writer that holds the memory map exclusively publishes another one,
/// so whoever has read the reference has a consistent view without a lock.
/// </summary>
/// <param name="segments">By id; null where none is allocated.</param>
/// <param name="mappings">By ascending address, without overlap.</param>
internal sealed class MemoryMap(MemorySegment?[] segments, MemoryMapping[] mappings)
{
    /// <summary>How many mappings there are.</summary>
    public int Count => mappings.Length;

    /// <summary>By id; null where none is allocated.</summary>
    public ReadOnlySpan<MemorySegment?> Segments => segments;

    /// <summary>Where segments appear in the guest, by ascending address, without overlap.</summary>
    public ReadOnlySpan<MemoryMapping> Mappings => mappings;

    /// <summary>A map without segments.</summary>
    /// <param name="segmentLimit">Ids run from 0 to one less than this.</param>
    public static MemoryMap Empty(int segmentLimit) => new(new MemorySegment?[segmentLimit], []);

    /// <summary>True for an id that a segment can have.</summary>
    public bool IsSegmentId(int id) => (uint)id < (uint)segments.Length;

    /// <summary>The segment of a valid id; null if it is not allocated.</summary>
    public MemorySegment? SegmentOf(int id) => segments[id];

    /// <summary>The mapping that an address lies in.</summary>
    public bool TryFind(Gpa address, [NotNullWhen(true)] out MemoryMapping? mapping)
    {
        int index = IndexOfFirstAtOrAbove(address.Value);
        mapping = index < mappings.Length && mappings[index].Address == address.Value ? mappings[index]
            : index > 0 && address.Value < mappings[index - 1].End ? mappings[index - 1]
            : null;
        return mapping is not null;
    }

    /// <summary>The mapping with the smallest address that is not below the given one.</summary>
    public MemoryMapping? FirstAtOrAbove(Gpa address)
    {
        int index = IndexOfFirstAtOrAbove(address.Value);
        return index < mappings.Length ? mappings[index] : null;
    }

    /// <summary>True if a range that does not overflow touches a mapping.</summary>
    public bool Overlaps(ulong address, ulong length)
    {
        int index = IndexOfFirstAtOrAbove(address);
        return (index < mappings.Length && mappings[index].Address < address + length) || (index > 0 && address < mappings[index - 1].End);
    }

    /// <summary>The one way from a guest-physical range to this process's memory.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="length">Bytes; any number, the check cannot overflow.</param>
    /// <param name="access">What the guest must be allowed to do there.</param>
    /// <param name="host">Where the range is. Valid while the caller holds the memory map, or a vCPU, or is inside the VM's gate.</param>
    /// <returns>False unless the whole range lies in one mapping that allows the access.</returns>
    public bool TryTranslate(Gpa address, ulong length, MemoryProtection access, out Hva host)
    {
        if (TryFind(address, out MemoryMapping? mapping)
            && (mapping.Protection & access) == access
            && length <= mapping.End - address.Value)
        {
            host = new Hva(mapping.Host.Value + (nuint)(address.Value - mapping.Address));
            return true;
        }

        host = default;
        return false;
    }

    /// <summary>The same map with a segment more.</summary>
    public MemoryMap With(MemorySegment segment)
    {
        MemorySegment?[] changed = [.. segments];
        changed[segment.Id] = segment;
        return new MemoryMap(changed, mappings);
    }

    /// <summary>The same map without a segment that is mapped nowhere.</summary>
    public MemoryMap Without(MemorySegment segment)
    {
        MemorySegment?[] changed = [.. segments];
        changed[segment.Id] = null;
        return new MemoryMap(changed, mappings);
    }

    /// <summary>The same map with a mapping more, which overlaps none.</summary>
    public MemoryMap With(MemoryMapping mapping)
    {
        int index = IndexOfFirstAtOrAbove(mapping.Address);
        return new MemoryMap(segments, [.. mappings.AsSpan(0, index), mapping, .. mappings.AsSpan(index)]);
    }

    /// <summary>The same map without one of its mappings.</summary>
    public MemoryMap Without(MemoryMapping mapping) => new(segments, [.. mappings.Where(other => other != mapping)]);

    private int IndexOfFirstAtOrAbove(ulong address)
    {
        int low = 0;
        int high = mappings.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (mappings[middle].Address < address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
