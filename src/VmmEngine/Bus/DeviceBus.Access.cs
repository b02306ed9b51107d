using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Bus;

/// <content>The accesses of the exit path: no lock, no allocation, one load of the map's reference each.</content>
public sealed partial class DeviceBus
{
    /// <summary>IN.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">What the device answers; bits above the size are not to be used.</param>
    /// <returns>False if the port is nobody's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadPort(ushort port, int size, out uint value)
    {
        PortDevice? device = FindPort(port);
        if (device is null)
        {
            value = 0;
            return false;
        }

        value = device.Read(port, size);
        return true;
    }

    /// <summary>OUT.</summary>
    /// <returns>False if the port is nobody's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWritePort(ushort port, int size, uint value)
    {
        PortDevice? device = FindPort(port);
        if (device is null)
        {
            return false;
        }

        device.Write(port, size, value);
        return true;
    }

    /// <summary>A read of device memory.</summary>
    /// <param name="address">Guest-physical.</param>
    /// <param name="size">Bytes: 1 to 8. A size that no device knows (3, 5, 6, 7) arrives as reads of single bytes.</param>
    /// <param name="value">What the device answers; bits above the size are not to be used.</param>
    /// <returns>False if not all of the bytes are one device's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadMmio(ulong address, int size, out ulong value)
    {
        ref readonly MmioRange range = ref Map.Mmio.Find(address);
        ulong offset = address - range.Start;
        if (!range.Holds(offset, (uint)size))
        {
            value = 0;
            return false;
        }

        value = IsElement(size) ? range.Device!.Read(offset, size) : ReadBytes(range.Device!, offset, size);
        return true;
    }

    /// <summary>A write to device memory; sizes as in <see cref="TryReadMmio"/>.</summary>
    /// <returns>False if not all of the bytes are one device's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteMmio(ulong address, int size, ulong value)
    {
        ref readonly MmioRange range = ref Map.Mmio.Find(address);
        ulong offset = address - range.Start;
        if (!range.Holds(offset, (uint)size))
        {
            return false;
        }

        if (IsElement(size))
        {
            range.Device!.Write(offset, size, value);
        }
        else
        {
            WriteBytes(range.Device!, offset, size, value);
        }

        return true;
    }

    // No bounds checks: both arrays have an element for every value of their index's type.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PortDevice? FindPort(ushort port)
    {
        BusMap map = Map;
        byte number = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(map.PortRanges), (nuint)port);
        return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(map.PortDevices), (nuint)number);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsElement(int size) => (size & (size - 1)) == 0;

    // An access that crosses a page arrives in two parts of any size.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong ReadBytes(MmioDevice device, ulong offset, int size)
    {
        ulong value = 0;
        for (int i = 0; i < size; i++)
        {
            value |= (device.Read(offset + (uint)i, 1) & byte.MaxValue) << (8 * i);
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteBytes(MmioDevice device, ulong offset, int size, ulong value)
    {
        for (int i = 0; i < size; i++)
        {
            device.Write(offset + (uint)i, 1, (byte)(value >> (8 * i)));
        }
    }
}
