using VmmEngine.FreeBsd;
using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Machines;

/// <summary>A machine's memory as its devices and its owner see it. Any thread; what running vCPUs write at the same time may be seen half.</summary>
public sealed class MachineMemory
{
    /// <summary>Where RAM stops below 4 GiB: above that are devices and the firmware.</summary>
    internal const ulong LowRamEnd = 3UL << 30;

    /// <summary>Where the rest of the RAM starts.</summary>
    internal const ulong HighRamStart = 4UL << 30;

    private readonly VmHandle _device;

    internal MachineMemory(VmHandle device, ulong bytes)
    {
        _device = device;
        Bytes = bytes;
    }

    /// <summary>Bytes of RAM.</summary>
    public ulong Bytes { get; }

    /// <summary>Copies into the guest's memory.</summary>
    /// <exception cref="MachineException">Not all of the range is mapped and writable.</exception>
    public void Write(Gpa address, ReadOnlySpan<byte> bytes) =>
        GuestVm.Check(_device.Write(address.Value, bytes), $"{bytes.Length} bytes cannot be written at {address}: not all of it is RAM");

    /// <summary>Copies out of the guest's memory.</summary>
    /// <exception cref="MachineException">Part of the range is above all memory.</exception>
    public void Read(Gpa address, Span<byte> bytes) =>
        GuestVm.Check(_device.Read(address.Value, bytes), $"{bytes.Length} bytes cannot be read at {address}");
}
