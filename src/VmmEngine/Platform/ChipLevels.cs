using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>What the chips inside a VM assert at the interrupt controllers.</summary>
/// <param name="Timer">The interval timer's line.</param>
/// <param name="Clock">The clock's line.</param>
/// <param name="EventTimers">For each comparator of the HPET its pin of the IO-APIC; 0: none.</param>
internal sealed record ChipLevels(bool Timer, bool Clock, byte[] EventTimers)
{
    /// <summary>Writes them.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Timer);
        writer.Write(Clock);
        writer.Write(EventTimers);
    }

    /// <summary>Reads them back.</summary>
    public static ChipLevels Restore(SnapshotReader reader)
    {
        bool timer = reader.ReadBoolean();
        bool clock = reader.ReadBoolean();
        byte[] eventTimers = new byte[Hpet.Timers];
        foreach (ref byte pin in eventTimers.AsSpan())
        {
            pin = reader.ReadByte(IoApic.Pins - 1);
        }

        return new ChipLevels(timer, clock, eventTimers);
    }
}
