using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Devices;

/// <summary>
/// Copies to and from addresses that a client wrote into a struct. A bad address is an answer (false), never a fault: the kernel does the
/// copying, within this process.
/// </summary>
internal static unsafe partial class UserMemory
{
    /// <summary>
    /// Tells of memory that cannot go away during the call, such as the calling thread's stack: the kernel, which costs more than most commands, is not asked about
    /// it. Null: it is always asked. Set before the first client comes.
    /// </summary>
    public static delegate*<void*, nuint, bool> StaysMapped { get; set; }

    /// <summary>Copies from the client; false if any byte is not readable.</summary>
    public static bool TryCopyIn(void* client, void* destination, nuint size)
    {
        if (Stays(client, size))
        {
            Unsafe.CopyBlockUnaligned(destination, client, (uint)size);
            return true;
        }

        return Transfer(client, destination, size, &ReadProcessMemory);
    }

    /// <summary>Copies to the client; false if any byte is not writable. Bytes before the bad one may have been written.</summary>
    public static bool TryCopyOut(void* source, void* client, nuint size)
    {
        if (Stays(client, size))
        {
            Unsafe.CopyBlockUnaligned(client, source, (uint)size);
            return true;
        }

        return Transfer(client, source, size, &WriteProcessMemory);
    }

    /// <summary>True if the client's bytes can be read and written. They keep their values.</summary>
    /// <param name="client">The bytes.</param>
    /// <param name="scratch">As many of the caller's own, which are lost.</param>
    /// <param name="size">How many.</param>
    public static bool IsWritable(void* client, void* scratch, nuint size) =>
        Stays(client, size) || (Transfer(client, scratch, size, &ReadProcessMemory) && Transfer(client, scratch, size, &WriteProcessMemory));

    private static bool Stays(void* client, nuint size) => StaysMapped != null && StaysMapped(client, size);

    private static bool Transfer(void* client, void* own, nuint size, delegate*<int, IoVector*, nuint, IoVector*, nuint, nuint, nint> transfer)
    {
        if (size == 0)
        {
            return true;
        }

        IoVector local = new(own, size);
        IoVector remote = new(client, size);
        return transfer(Environment.ProcessId, &local, 1, &remote, 1, 0) == (nint)size;
    }

    private readonly struct IoVector(void* address, nuint length)
    {
        private readonly void* _address = address;
        private readonly nuint _length = length;
    }

    [LibraryImport("libc", EntryPoint = "process_vm_readv")]
    private static partial nint ReadProcessMemory(int process, IoVector* local, nuint locals, IoVector* remote, nuint remotes, nuint flags);

    [LibraryImport("libc", EntryPoint = "process_vm_writev")]
    private static partial nint WriteProcessMemory(int process, IoVector* local, nuint locals, IoVector* remote, nuint remotes, nuint flags);
}
