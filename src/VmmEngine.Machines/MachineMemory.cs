using VmmEngine.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.Machines;

/// <summary>A machine's memory as its owner sees it. Any thread; what running vCPUs write at the same time may be seen half.</summary>
public sealed class MachineMemory
{
    private readonly VmHandle _device;

    internal MachineMemory(VmHandle device, ulong bytes)
    {
        _device = device;
        Bytes = bytes;
    }

    /// <summary>Bytes of RAM.</summary>
    public ulong Bytes { get; }

    /// <summary>Copies into the guest's memory.</summary>
    /// <exception cref="MachineException">Not all of the range is mapped and writable; what lies before the first such page has been written.</exception>
    public void Write(Gpa address, ReadOnlySpan<byte> bytes) =>
        GuestVm.Check(_device.Write((long)address.Value, bytes), $"{bytes.Length} bytes cannot be written at {address}: not all of it is RAM");

    /// <summary>Copies out of the guest's memory. Where nothing is mapped below the end of RAM, zeros are read.</summary>
    /// <exception cref="MachineException">Part of the range is above all memory.</exception>
    public void Read(Gpa address, Span<byte> bytes) =>
        GuestVm.Check(_device.Read((long)address.Value, bytes), $"{bytes.Length} bytes cannot be read at {address}: part of it is above all memory");
}
