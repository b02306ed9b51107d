namespace VmmEngine.Memory;

/// <summary>A part of a segment at a place in the guest.</summary>
/// <param name="Address">First guest-physical address, page aligned.</param>
/// <param name="Length">Bytes, whole pages; address plus length does not overflow.</param>
/// <param name="Segment">Whose memory.</param>
/// <param name="Offset">Bytes into the segment, page aligned.</param>
/// <param name="Protection">What the guest may do.</param>
/// <param name="IsWired">Its pages are present and pinned.</param>
internal sealed record MemoryMapping(ulong Address, ulong Length, MemorySegment Segment, ulong Offset, MemoryProtection Protection, bool IsWired)
{
    /// <summary>The first guest-physical address behind it.</summary>
    public ulong End => Address + Length;

    /// <summary>Where its first byte is in this process.</summary>
    public Hva Host => new(Segment.Host.Address.Value + (nuint)Offset);
}
