using VmmEngine.Snapshots;
using static VmmEngine.Platform.RtcRegisters;

namespace VmmEngine.Platform;

/// <content>The clock's state. Its divider is kept as its distance from now, so that it goes on under a clock that has another time.</content>
public sealed partial class Rtc : ISnapshotted
{
    // Far beyond the calendar, and near enough for sums to stay inside 64 bits.
    private const long Farthest = 1L << 40;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using (_lock.Hold())
        {
            _line.Save(writer);
            writer.Write(_registers);
            writer.Write((byte)_index);
            writer.Write(_isTimeValid);
            writer.Write(_divider.Distance(_clock.Now));
            writer.Write(_timeAtOrigin);
            writer.Write(_seenSecond);
            writer.Write(_seenPeriod);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        bool isAsserted = reader.ReadBoolean();
        byte[] registers = new byte[Count];
        reader.Read(registers);
        int index = reader.ReadByte(Count - 1);
        bool isTimeValid = reader.ReadBoolean();
        long distance = Bounded(reader, long.MaxValue / 2);
        long timeAtOrigin = Bounded(reader, Farthest);
        long seenSecond = Bounded(reader, Farthest);
        long seenPeriod = Bounded(reader, Farthest << 16);
        if (isTimeValid && !RtcTime.IsInCalendar(timeAtOrigin + seenSecond))
        {
            throw reader.Invalid("a time outside the calendar");
        }

        using (_lock.Hold())
        {
            _line.Restore(isAsserted);
            registers.CopyTo(_registers, 0);
            (_index, _isTimeValid) = (index, isTimeValid);
            (_timeAtOrigin, _seenSecond, _seenPeriod) = (timeAtOrigin, seenSecond, seenPeriod);
            _divider.BeginAt((long)_clock.Now - distance);
        }
    }

    /// <summary>The line, for who restores the controllers at its other end.</summary>
    internal LineEnd Output { get; }

    /// <summary>After a restore without the clock's own and the controllers': sets the line and the timer by the registers.</summary>
    internal void Resume()
    {
        using (_lock.Hold())
        {
            _line.Tell();
            RefreshAll();
        }
    }

    private static long Bounded(SnapshotReader reader, long bound)
    {
        long value = reader.ReadInt64();
        return value >= -bound && value <= bound ? value : throw reader.Invalid("a time that no clock has");
    }
}
