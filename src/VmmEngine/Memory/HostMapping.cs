using System.Runtime.InteropServices;

namespace VmmEngine.Memory;

/// <summary>
/// Guest memory mapped into this process. It refers to the bytes themselves: they stay readable and writable here when the guest no longer
/// sees them, when the VM is reset, and after it is destroyed. Unmapped by <see cref="SafeHandle.Dispose()"/> or the finalizer.
/// </summary>
/// <remarks>Any thread. Whoever uses <see cref="Address"/> must keep this object alive meanwhile.</remarks>
public sealed class HostMapping : SafeHandle
{
    private readonly ulong _lead;

    /// <param name="pages">The first page.</param>
    /// <param name="lead">Bytes of it that were not asked for.</param>
    /// <param name="length">Bytes that were.</param>
    internal HostMapping(nuint pages, ulong lead, ulong length)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)pages);
        _lead = lead;
        Length = length;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The first byte.</summary>
    public Hva Address => new((nuint)handle + (nuint)_lead);

    /// <summary>How many bytes there are.</summary>
    public ulong Length { get; }

    /// <summary>The same bytes, for as many as a span can have.</summary>
    /// <exception cref="OverflowException">There are more.</exception>
    /// <exception cref="ObjectDisposedException">They are unmapped.</exception>
    public unsafe Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return new Span<byte>(Address.Bytes, checked((int)Length));
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        HostMemory.Unmap((nuint)handle, _lead + Length);
        return true;
    }
}
