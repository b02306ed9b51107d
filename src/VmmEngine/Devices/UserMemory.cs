using System.Runtime.InteropServices;

namespace VmmEngine.Devices;

/// <summary>
/// Copies to and from addresses that a client wrote into a struct. A bad address is an answer (false), never a fault: the kernel does the
/// copying, within this process.
/// </summary>
internal static unsafe partial class UserMemory
{
    /// <summary>Copies from the client; false if any byte is not readable.</summary>
    public static bool TryCopyIn(void* client, void* destination, nuint size) =>
        Transfer(client, destination, size, &ReadProcessMemory);

    /// <summary>Copies to the client; false if any byte is not writable. Bytes before the bad one may have been written.</summary>
    public static bool TryCopyOut(void* source, void* client, nuint size) =>
        Transfer(client, source, size, &WriteProcessMemory);

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
