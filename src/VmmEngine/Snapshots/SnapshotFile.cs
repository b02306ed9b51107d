using Microsoft.Win32.SafeHandles;
using VmmEngine.Memory;

namespace VmmEngine.Snapshots;

/// <summary>A snapshot on disk: header, state, memory.</summary>
/// <remarks>The file of an opened snapshot must not be changed while a machine lives that was restored from it: its memory is a private mapping of it.</remarks>
internal sealed class SnapshotFile : IDisposable
{
    private SnapshotFile(string path, SafeFileHandle handle, SnapshotHeader header, SnapshotImage image)
    {
        Path = path;
        Handle = handle;
        MemoryOffset = header.MemoryOffset;
        MemoryLength = header.MemoryLength;
        Image = image;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The open file, for mapping.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Where the memory begins: a multiple of the page size.</summary>
    public ulong MemoryOffset { get; }

    /// <summary>Bytes of memory.</summary>
    public ulong MemoryLength { get; }

    /// <summary>Everything else.</summary>
    public SnapshotImage Image { get; }

    /// <summary>Opens a file and checks all of it but the memory's bytes.</summary>
    /// <exception cref="SnapshotException">It cannot be read, or it is no complete, undamaged snapshot of this version.</exception>
    public static SnapshotFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
            ulong length = (ulong)RandomAccess.GetLength(handle);
            byte[] start = new byte[SnapshotHeader.Length];
            Span<byte> read = start.AsSpan(0, ReadAll(handle, start, 0));
            SnapshotHeader header = SnapshotHeader.Parse(path, read, length);
            byte[] state = new byte[header.StateLength];
            ReadAll(handle, state, SnapshotHeader.Length);
            SnapshotHeader.Verify(path, start, state);
            SnapshotFile file = new(path, handle, header, new SnapshotImage(state));
            handle = null;
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SnapshotException($"{path} cannot be read: {error.Message}", error);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Writes a file under another name, and gives it its own when it is complete.</summary>
    /// <param name="path">The file; one that is there is replaced, and machines that were restored from it keep the old one.</param>
    /// <param name="image">Everything but the memory.</param>
    /// <param name="memory">The memory's pieces, in the order of their places.</param>
    /// <exception cref="SnapshotException">It cannot be written.</exception>
    public static void Write(string path, SnapshotImage image, IReadOnlyList<SnapshotMemoryBlock> memory)
    {
        string partial = path + ".partial";
        try
        {
            using (SafeFileHandle handle = File.OpenHandle(partial, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                ReadOnlySpan<byte> state = image.ToState().Span;
                ulong offset = Align((ulong)(SnapshotHeader.Length + state.Length));
                ulong length = memory.Aggregate(0UL, (sum, block) => sum + block.Length);
                RandomAccess.Write(handle, new SnapshotHeader((ulong)state.Length, offset, length).Format(state), 0);
                RandomAccess.Write(handle, state, SnapshotHeader.Length);
                foreach (SnapshotMemoryBlock block in memory)
                {
                    block.Write(handle, (long)(offset + block.Place));
                }

                RandomAccess.SetLength(handle, (long)(offset + length));
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            TryDelete(partial);
            throw new SnapshotException($"{path} cannot be written: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static ulong Align(ulong value) => (value + HostMemory.PageSize - 1) & ~(HostMemory.PageSize - 1);

    private static int ReadAll(SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            int count = RandomAccess.Read(handle, bytes[done..], offset + done);
            if (count == 0)
            {
                break;
            }

            done += count;
        }

        return done;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What went wrong first is what counts.
        }
    }
}
