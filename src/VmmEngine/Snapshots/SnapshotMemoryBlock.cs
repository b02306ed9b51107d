using Microsoft.Win32.SafeHandles;
using VmmEngine.Memory;

namespace VmmEngine.Snapshots;

/// <summary>A segment of guest memory, and where its bytes are among the memory of a snapshot.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Place">Bytes from the beginning of the snapshot's memory, whole pages.</param>
internal sealed unsafe record SnapshotMemoryBlock(MemorySegment Segment, ulong Place)
{
    private const ulong Chunk = 1 << 20;

    /// <summary>Bytes.</summary>
    public ulong Length => Segment.Length;

    /// <summary>Writes the pages that are not zero; the others stay holes of the file.</summary>
    public void Write(SafeFileHandle file, long offset)
    {
        byte* bytes = Segment.Host.Address.Bytes;
        for (ulong chunk = 0; chunk < Length; chunk += Chunk)
        {
            ulong end = Math.Min(Length, chunk + Chunk);
            ulong position = chunk;
            while (position < end)
            {
                ulong start = position;
                while (position < end && !IsZero(bytes + position))
                {
                    position += HostMemory.PageSize;
                }

                if (position != start)
                {
                    RandomAccess.Write(file, new ReadOnlySpan<byte>(bytes + start, (int)(position - start)), offset + (long)start);
                }

                position += position < end ? HostMemory.PageSize : 0;
            }
        }

        GC.KeepAlive(Segment);
    }

    private static bool IsZero(byte* page) => !new ReadOnlySpan<byte>(page, (int)HostMemory.PageSize).ContainsAnyExcept((byte)0);
}
