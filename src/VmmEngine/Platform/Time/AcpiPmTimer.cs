using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>The ACPI power management timer: a counter of 3.579545 MHz and 32 bits at port 0x408, read-only, without an interrupt. ACPI specification, 4.8.3.3.</summary>
/// <remarks>It counts from the machine's last reset on. It has no state but that moment.</remarks>
public sealed class AcpiPmTimer : PortDevice, Snapshots.ISnapshotted
{
    private const ushort Port = 0x408;
    private const ulong Frequency = 3_579_545;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly VmClock _clock;
    private ulong _origin;

    /// <summary>Makes a timer that begins now.</summary>
    public AcpiPmTimer(VmClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        Reset();
    }

    /// <summary>Puts it where upstream has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(Port, 4, this);
    }

    /// <summary>The machine's reset: it counts from 0. Any thread.</summary>
    public void Reset() => Volatile.Write(ref _origin, _clock.Now);

    /// <inheritdoc/>
    public override uint Read(ushort port, int size)
    {
        ulong passed = Moments.Since(Volatile.Read(ref _origin), _clock.Now);
        uint count = (uint)((passed / NanosecondsPerSecond * Frequency) + (passed % NanosecondsPerSecond * Frequency / NanosecondsPerSecond));
        return count >> (8 * (port - Port));
    }

    /// <inheritdoc/>
    public override void Write(ushort port, int size, uint value)
    {
        // The counter cannot be written.
    }

    /// <inheritdoc/>
    public void Save(Snapshots.SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Moments.SaveOrigin(writer, Volatile.Read(ref _origin), _clock.Now);
    }

    /// <inheritdoc/>
    public void Restore(Snapshots.SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Volatile.Write(ref _origin, Moments.RestoreOrigin(reader, _clock.Now));
    }
}
