using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Kvm;

/// <summary>The calls of libc that the back end makes.</summary>
/// <remarks>
/// <c>ioctl</c> is called through a pointer with the ordinary GC transition: KVM_RUN blocks, and a call that suppressed the transition would hold up
/// every collection. The error number is read only after a failure, because reading it costs as much as the loop around an exit.
/// </remarks>
internal static unsafe partial class LibC
{
    public const int EINTR = 4;
    public const int ENOENT = 2;
    public const int ENXIO = 6;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EPERM = 1;
    public const int ENODEV = 19;

    private const int ReadWriteCloseOnExec = 0x8_0002;
    private const int ReadWrite = 3;
    private const int Shared = 1;

    private static readonly delegate* unmanaged<int, nuint, nint, int> IoctlPointer =
        (delegate* unmanaged<int, nuint, nint, int>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "ioctl");

    /// <summary>The error number of the call that has just failed on this thread.</summary>
    public static int LastError => Marshal.GetLastSystemError();

    /// <summary>ioctl(2). Variadic in C; x64 passes an integer argument the same way to a fixed one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Ioctl(int descriptor, uint command, nint argument = 0) => IoctlPointer(descriptor, command, argument);

    /// <inheritdoc cref="Ioctl(int, uint, nint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Ioctl(int descriptor, uint command, void* argument) => IoctlPointer(descriptor, command, (nint)argument);

    public static int Open(string path) => OpenPath(path, ReadWriteCloseOnExec);

    /// <summary>Maps a descriptor from its start, to read and write.</summary>
    /// <returns>Null if that fails.</returns>
    public static void* Map(int descriptor, nuint length)
    {
        nint address = MapDescriptor(null, length, ReadWrite, Shared, descriptor, 0);
        return address == -1 ? null : (void*)address;
    }

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    // syscall(2) is variadic too.
    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MapDescriptor(void* address, nuint length, int protection, int flags, int descriptor, long offset);
}
