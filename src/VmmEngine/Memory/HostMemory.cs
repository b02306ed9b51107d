using System.Runtime.InteropServices;

namespace VmmEngine.Memory;

/// <summary>The memory calls of a Linux host.</summary>
internal static unsafe partial class HostMemory
{
    public const ulong PageSize = 4096;

    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;

    private const int MapShared = 0x01;
    private const int MapPrivate = 0x02;
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;
    private const uint CloseOnExec = 1;
    private const int OpenReadWrite = 2;
    private const int OpenCloseOnExec = 0x80000;
    private const ulong BytesPerBlock = 512;

    /// <summary>Makes an anonymous file without length.</summary>
    /// <returns>The descriptor; -1 if there is none to be had.</returns>
    public static int CreateFile(ReadOnlySpan<byte> nameWithNul)
    {
        fixed (byte* name = nameWithNul)
        {
            return MemoryFileCreate(name, CloseOnExec);
        }
    }

    /// <summary>Gives a file a length; what is added reads as zero and takes no memory until it is touched.</summary>
    public static bool TryResize(int file, ulong length) => length <= long.MaxValue && FileTruncate(file, (long)length) == 0;

    /// <summary>Takes addresses that read as zeros, for parts of files to be put in their place.</summary>
    /// <returns>The address; 0 if the host has no room.</returns>
    public static nuint Reserve(ulong length)
    {
        nint address = MapMemory(0, (nuint)length, ProtectRead, MapPrivate | MapAnonymous | MapNoReserve, -1, 0);
        return address == -1 ? 0 : (nuint)address;
    }

    /// <summary>Opens a file anew: for a client, as an open file of its own.</summary>
    /// <returns>The descriptor, for reading and writing; -1 if there is none to be had.</returns>
    public static int Reopen(int file)
    {
        fixed (byte* path = System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{file}\0"))
        {
            return Open(path, OpenReadWrite | OpenCloseOnExec);
        }
    }

    /// <summary>Maps a part of a file, shared. Nothing is reserved: a page comes when it is touched.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Bytes from its start, whole pages.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="protection">ProtectRead and ProtectWrite.</param>
    /// <param name="at">Where, in the place of whatever is mapped there; 0 for where the host likes.</param>
    /// <returns>The address; 0 if the host has no room.</returns>
    public static nuint Map(int file, ulong offset, ulong length, int protection, nuint at = 0)
    {
        int flags = MapShared | MapNoReserve | (at == 0 ? 0 : MapFixed);
        nint address = MapMemory(at, (nuint)length, protection, flags, file, (long)offset);
        return address == -1 ? 0 : (nuint)address;
    }

    /// <summary>Puts a private view of a file in the place of what is mapped: its bytes until they are written, and never written back.</summary>
    /// <returns>False if the host refuses; what was there is then still there.</returns>
    public static bool TryReplace(nuint address, ulong length, int file, ulong offset) =>
        MapMemory(address, (nuint)length, ProtectRead | ProtectWrite, MapPrivate | MapFixed | MapNoReserve, file, (long)offset) != -1;

    public static void Unmap(nuint address, ulong length) => _ = UnmapMemory(address, (nuint)length);

    /// <summary>Brings pages in and keeps them in.</summary>
    /// <returns>False if the host, or the process's limit, does not allow so many.</returns>
    public static bool TryPin(nuint address, ulong length) => Lock(address, (nuint)length) == 0;

    public static void Unpin(nuint address, ulong length) => _ = Unlock(address, (nuint)length);

    /// <summary>How much memory an anonymous file takes; 0 if the host does not say.</summary>
    public static ulong ResidentBytes(int file)
    {
        FileStatus status;
        return Status(file, &status) == 0 ? status.Blocks * BytesPerBlock : 0;
    }

    public static void CloseFile(int file) => _ = Close(file);

    /// <summary>A struct stat of 64-bit Linux, which has the blocks at one place on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct FileStatus
    {
        [FieldOffset(64)]
        public ulong Blocks;
    }

    [LibraryImport("libc", EntryPoint = "fstat")]
    private static partial int Status(int file, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "memfd_create")]
    private static partial int MemoryFileCreate(byte* name, uint flags);

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int FileTruncate(int file, long length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MapMemory(nuint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nuint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mlock")]
    private static partial int Lock(nuint address, nuint length);

    [LibraryImport("libc", EntryPoint = "munlock")]
    private static partial int Unlock(nuint address, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
