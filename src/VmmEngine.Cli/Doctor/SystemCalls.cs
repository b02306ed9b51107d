using System.Runtime.InteropServices;

namespace VmmEngine.Cli.Doctor;

/// <summary>The few calls of libc that the doctor makes. Errors are read with <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static partial class SystemCalls
{
    public const int ENOENT = 2;
    public const int EACCES = 13;
    public const int EPERM = 1;
    public const int ENXIO = 6;
    public const int ENODEV = 19;

    /// <summary>O_RDWR with O_CLOEXEC.</summary>
    public const int ReadWriteCloseOnExec = 0x8_0002;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    // ioctl(2) is variadic in C; on Linux x64 and arm64 an integer argument is passed the same way by a call with fixed arguments.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int descriptor, nuint command, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "getpagesize")]
    public static partial int PageSize();
}
