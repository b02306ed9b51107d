using System.Globalization;
using VmmEngine.Backends;

namespace VmmEngine.Guests.Lockstep;

/// <summary>What a guest does that leaves guest code: one element of an access to a port or to device memory, or an ending.</summary>
/// <param name="Reason">Why. <see cref="ExitReason.Interrupted"/>: it was still running when its time was over.</param>
/// <param name="Address">The port, or the guest-physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Data">What is written; 0 for a read.</param>
public readonly record struct GuestAccess(ExitReason Reason, ulong Address = 0, int Size = 0, ulong Data = 0)
{
    /// <summary>The guest waits for a value.</summary>
    public bool IsRead => Reason is ExitReason.PortIn or ExitReason.MmioRead;

    /// <summary>The guest goes on after it.</summary>
    public bool IsAccess => Reason is ExitReason.PortIn or ExitReason.PortOut or ExitReason.MmioRead or ExitReason.MmioWrite;

    /// <inheritdoc/>
    public override string ToString() => !IsAccess
        ? Reason.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Reason} 0x{Address:x}, {Size} bytes{(IsRead ? "" : $", 0x{Data:x}")}");
}
