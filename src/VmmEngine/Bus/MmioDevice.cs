namespace VmmEngine.Bus;

/// <summary>A device behind guest-physical addresses.</summary>
/// <remarks>As <see cref="PortDevice"/>.</remarks>
public abstract class MmioDevice
{
    /// <summary>A read.</summary>
    /// <param name="offset">Bytes from the start of the device's range.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8; the access lies inside the range.</param>
    public abstract ulong Read(ulong offset, int size);

    /// <summary>A write.</summary>
    public abstract void Write(ulong offset, int size, ulong value);
}
