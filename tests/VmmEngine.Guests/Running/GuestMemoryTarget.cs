using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Guests.Running;

/// <summary>Memory for a back end, from address 0, and pieces of read-only memory anywhere.</summary>
internal sealed unsafe class GuestMemoryTarget : LoadTarget, IDisposable
{
    private readonly VmBackend _backend;
    private readonly List<(nint Host, ulong Address, ulong Length)> _blocks = [];

    public GuestMemoryTarget(VmBackend backend, ulong length)
    {
        _backend = backend;
        LowMemory = length;
        if (!TryMap(0, length, MemoryProtection.All, []))
        {
            throw new InvalidOperationException("The back end takes no memory.");
        }
    }

    /// <summary>All pieces, the first one first.</summary>
    public IReadOnlyList<(nint Host, ulong Address, ulong Length)> Blocks => _blocks;

    public override ulong LowMemory { get; }

    public override ulong HighMemory => 0;

    public override bool TryWrite(Gpa address, ReadOnlySpan<byte> bytes)
    {
        if (address.Value > LowMemory || (ulong)bytes.Length > LowMemory - address.Value)
        {
            return false;
        }

        bytes.CopyTo(new Span<byte>((byte*)_blocks[0].Host + address.Value, bytes.Length));
        return true;
    }

    public override bool TryMapRom(Gpa address, ReadOnlySpan<byte> bytes) =>
        TryMap(address.Value, (ulong)bytes.Length, MemoryProtection.Read | MemoryProtection.Execute, bytes);

    public void Dispose()
    {
        foreach ((nint host, ulong address, ulong length) in _blocks)
        {
            _backend.Unmap(new Gpa(address), length);
            NativeMemory.AlignedFree((void*)host);
        }
    }

    private bool TryMap(ulong address, ulong length, MemoryProtection protection, ReadOnlySpan<byte> bytes)
    {
        void* host = NativeMemory.AlignedAlloc((nuint)length, 4096);
        NativeMemory.Clear(host, (nuint)length);
        bytes.CopyTo(new Span<byte>(host, bytes.Length));
        if (_backend.Map(new Gpa(address), new Hva((nuint)host), length, protection) != 0)
        {
            NativeMemory.AlignedFree(host);
            return false;
        }

        _blocks.Add(((nint)host, address, length));
        return true;
    }
}
