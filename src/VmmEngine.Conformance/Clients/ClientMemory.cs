using System.Runtime.InteropServices;

namespace VmmEngine.Conformance.Clients;

/// <summary>Whole pages of this process: its own, which it may give to a VM, or a VM's, which a system has put here. Disposing unmaps them.</summary>
internal sealed unsafe partial class ClientMemory : IDisposable
{
    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;

    private readonly nuint _length;

    /// <summary>Takes charge of pages that a system has mapped.</summary>
    public ClientMemory(ulong address, ulong length)
    {
        Address = address;
        _length = (nuint)length;
    }

    public ulong Address { get; }

    /// <summary>The bytes, whoever else sees them. Not to be used once unmapped.</summary>
    public Span<byte> Bytes => new((void*)Address, (int)_length);

    /// <summary>Fresh pages of zeros.</summary>
    public static ClientMemory Allocate(ulong length)
    {
        nint address = Map(0, (nuint)length, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        return address == -1 ? throw new InsufficientMemoryException() : new ClientMemory((ulong)address, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Unmap((nint)Address, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
