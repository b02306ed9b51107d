using System.Runtime.InteropServices;

namespace VmmEngine.Memory;

/// <summary>
/// An anonymous sparse file (memfd) that holds guest memory. Its bytes live until the file is closed and the last mapping of it is gone, so
/// a client's own mapping outlives the VM.
/// </summary>
internal sealed class MemoryFile : SafeHandle
{
    private const int None = -1;

    private MemoryFile(int descriptor)
        : base(None, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == None;

    /// <summary>Bytes.</summary>
    public ulong Length { get; private set; }

    /// <summary>Bytes that have been touched and so take memory; 0 of a file that somebody closes at this moment. Any thread.</summary>
    public ulong ResidentBytes
    {
        get
        {
            bool isHeld = false;
            try
            {
                DangerousAddRef(ref isHeld);
                return HostMemory.ResidentBytes((int)handle);
            }
            catch (ObjectDisposedException)
            {
                return 0;
            }
            finally
            {
                if (isHeld)
                {
                    DangerousRelease();
                }
            }
        }
    }

    /// <summary>Makes an empty file.</summary>
    /// <returns>Null if the host has no descriptor or no memory left.</returns>
    public static MemoryFile? TryCreate()
    {
        int descriptor = HostMemory.CreateFile("guest-memory\0"u8);
        return descriptor < 0 ? null : new MemoryFile(descriptor);
    }

    /// <summary>Adds bytes at the end. They read as zero and cost nothing until they are touched.</summary>
    /// <returns>False if the host's files cannot be so long.</returns>
    public bool TryGrow(ulong by)
    {
        ulong length = Length + by;
        if (length < by || !HostMemory.TryResize((int)handle, length))
        {
            return false;
        }

        Length = length;
        return true;
    }

    /// <summary>Takes back what the last <see cref="TryGrow"/> added.</summary>
    public void Shrink(ulong by)
    {
        Length -= by;
        HostMemory.TryResize((int)handle, Length);
    }

    /// <summary>Maps a part of the file into this process.</summary>
    /// <param name="offset">Bytes from the start.</param>
    /// <param name="length">Bytes, not 0, inside the file.</param>
    /// <param name="protection">Read, Write, both or none.</param>
    /// <returns>Null if the host has no room.</returns>
    public HostMapping? TryMap(ulong offset, ulong length, MemoryProtection protection)
    {
        int host = ((protection & MemoryProtection.Read) != 0 ? HostMemory.ProtectRead : 0)
            | ((protection & MemoryProtection.Write) != 0 ? HostMemory.ProtectWrite : 0);
        ulong lead = offset % HostMemory.PageSize;
        nuint pages = HostMemory.Map((int)handle, offset - lead, lead + length, host);
        return pages == 0 ? null : new HostMapping(pages, lead, length);
    }

    /// <summary>Maps a part of the file for a client, readable and writable. The mapping is the client's from then on.</summary>
    /// <param name="offset">Bytes from the start, whole pages.</param>
    /// <param name="length">Bytes, not 0, inside the file.</param>
    /// <param name="at">Where, in the place of whatever is mapped there; 0 for where the host likes.</param>
    /// <returns>The address; 0 if the host has no room.</returns>
    public nuint TryGive(ulong offset, ulong length, nuint at) =>
        HostMemory.Map((int)handle, offset, length, HostMemory.ProtectRead | HostMemory.ProtectWrite, at);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        HostMemory.CloseFile((int)handle);
        return true;
    }
}
