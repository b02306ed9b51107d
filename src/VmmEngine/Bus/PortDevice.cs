namespace VmmEngine.Bus;

/// <summary>A device behind I/O ports.</summary>
/// <remarks>
/// Called by the vCPUs' threads, several at once when several vCPUs touch it, and once more by a vCPU that had looked it up before it was
/// unmapped. Must not throw, block or allocate, nor ask for the registers of the vCPU that it answers. What it throws nevertheless comes out of
/// a machine's Run and of <see cref="FreeBsd.VcpuRunner.Run"/>; through a device's run command it is a crash.
/// </remarks>
public abstract class PortDevice
{
    /// <summary>IN.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <returns>The value; bits above the size are ignored.</returns>
    public abstract uint Read(ushort port, int size);

    /// <summary>OUT.</summary>
    public abstract void Write(ushort port, int size, uint value);
}
