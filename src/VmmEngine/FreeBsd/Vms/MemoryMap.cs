namespace VmmEngine.FreeBsd;

/// <summary>
/// What guest-physical memory a VM has, at one moment. Never changed: a writer that holds the memory map exclusively publishes another one,
/// so whoever has read the reference has a consistent view without a lock.
/// </summary>
internal sealed class MemoryMap(ReadOnlyMemory<MemorySegment> segments, ReadOnlyMemory<MemoryMapping> mappings)
{
    /// <summary>The map of a new VM.</summary>
    public static MemoryMap Empty { get; } = new(default, default);

    /// <summary>The segments, by ascending id.</summary>
    public ReadOnlyMemory<MemorySegment> Segments { get; } = segments;

    /// <summary>Where segments appear in the guest, by ascending address, without overlap.</summary>
    public ReadOnlyMemory<MemoryMapping> Mappings { get; } = mappings;
}

/// <summary>A piece of memory that a VM owns.</summary>
/// <param name="Id">Segment id.</param>
/// <param name="Length">Bytes, whole pages.</param>
internal readonly record struct MemorySegment(int Id, ulong Length);

/// <summary>A part of a segment at a place in the guest.</summary>
/// <param name="Address">First guest-physical address.</param>
/// <param name="Length">Bytes, whole pages.</param>
/// <param name="SegmentId">Which segment.</param>
/// <param name="SegmentOffset">Bytes into the segment.</param>
internal readonly record struct MemoryMapping(ulong Address, ulong Length, int SegmentId, ulong SegmentOffset);
