using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Host memory at a fixed low address.</summary>
internal sealed unsafe partial class HostMapping : IDisposable
{
    private const int ReadWrite = 3, ReadExecute = 5;
    private const int Shared = 0x1, Private = 0x2, Anonymous = 0x20, FixedNoReplace = 0x10_0000;

    private readonly nint _fixed;
    private readonly nuint _length;

    private HostMapping(nint address, nuint length, nint writable)
    {
        _fixed = address;
        _length = length;
        Writable = (byte*)writable;
    }

    /// <summary>Where its bytes can be written.</summary>
    public byte* Writable { get; }

    /// <summary>Readable and writable memory at <paramref name="address"/>.</summary>
    public static HostMapping CreateData(ulong address, int length)
    {
        nint mapped = Map((nint)address, (nuint)length, ReadWrite, Private | Anonymous | FixedNoReplace, -1);
        return new HostMapping(mapped, (nuint)length, mapped);
    }

    /// <summary>Executable memory at <paramref name="address"/>, written through another mapping.</summary>
    public static HostMapping CreateCode(ulong address, int length)
    {
        int file = memfd_create("oracle", 0);
        if (file < 0 || ftruncate(file, length) != 0)
        {
            throw new InvalidOperationException($"memfd_create: errno {Marshal.GetLastPInvokeError()}");
        }

        nint executable = Map((nint)address, (nuint)length, ReadExecute, Shared | FixedNoReplace, file);
        nint writable = Map(0, (nuint)length, ReadWrite, Shared, file);
        _ = close(file);
        return new HostMapping(executable, (nuint)length, writable);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = munmap(_fixed, _length);
        if ((nint)Writable != _fixed)
        {
            _ = munmap((nint)Writable, _length);
        }
    }

    private static nint Map(nint address, nuint length, int protection, int flags, int file)
    {
        nint mapped = mmap(address, length, protection, flags, file, 0);
        return mapped != -1 && (address == 0 || mapped == address)
            ? mapped
            : throw new InvalidOperationException($"mmap of {length} bytes at 0x{address:x}: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int file, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int file);
}
