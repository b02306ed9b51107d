namespace VmmEngine.Memory;

/// <summary>A part of a segment that has its place in the segment's file.</summary>
/// <param name="Offset">Bytes into the segment.</param>
/// <param name="Length">Bytes.</param>
/// <param name="FileOffset">Bytes into the file.</param>
internal readonly record struct SegmentPiece(ulong Offset, ulong Length, ulong FileOffset)
{
    /// <summary>The first byte of the segment behind it.</summary>
    public ulong End => Offset + Length;

    /// <summary>The first byte of the file behind it.</summary>
    public ulong FileEnd => FileOffset + Length;
}
