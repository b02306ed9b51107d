using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>The descriptor, for comparing; -1 once it is closed.</summary>
    public int Descriptor => IsClosed ? None : (int)handle;

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

    /// <summary>Makes the file long enough. What is added reads as zero and costs nothing until it is touched.</summary>
    /// <param name="end">Bytes that it has at least.</param>
    /// <returns>False if the host's files cannot be so long.</returns>
    public bool TryReach(ulong end)
    {
        if (end > Length)
        {
            if (!HostMemory.TryResize((int)handle, end))
            {
                return false;
            }

            Length = end;
        }

        return true;
    }

    /// <summary>Opens the file for a client, for reading and writing.</summary>
    /// <returns>Null if there is no descriptor to be had.</returns>
    public SafeFileHandle? TryReopen()
    {
        int descriptor = HostMemory.Reopen((int)handle);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Maps a part of the file into this process, shared.</summary>
    /// <param name="offset">Bytes from the start, whole pages.</param>
    /// <param name="length">Bytes, not 0, inside the file.</param>
    /// <param name="protection">Read, Write, both or none.</param>
    /// <param name="at">Where, in the place of whatever is mapped there; 0 for where the host likes.</param>
    /// <returns>The address; 0 if the host has no room.</returns>
    public nuint TryMap(ulong offset, ulong length, MemoryProtection protection, nuint at = 0)
    {
        int host = ((protection & MemoryProtection.Read) != 0 ? HostMemory.ProtectRead : 0)
            | ((protection & MemoryProtection.Write) != 0 ? HostMemory.ProtectWrite : 0);
        return HostMemory.Map((int)handle, offset, length, host, at);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        HostMemory.CloseFile((int)handle);
        return true;
    }
}
