using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>Moments of a <see cref="VmClock"/> as chips keep them, and in snapshots, where they are distances from now: the chip may go on under another clock.</summary>
/// <remarks>A moment in the past is right modulo 2^64: one that was restored may lie before the clock's zero.</remarks>
internal static class Moments
{
    /// <summary>No timer is set further ahead, and no clock without a host's time jumps further: sums of moments stay below 2^64.</summary>
    public const long Farthest = long.MaxValue / 2;

    /// <summary>Nanoseconds from a moment until now; none from one that is still to come.</summary>
    public static ulong Since(ulong moment, ulong now) => (long)(now - moment) < 0 ? 0 : now - moment;

    /// <summary>Writes a moment in the past.</summary>
    public static void SaveOrigin(SnapshotWriter writer, ulong origin, ulong now) => writer.Write(now - origin);

    /// <summary>Reads it back.</summary>
    public static ulong RestoreOrigin(SnapshotReader reader, ulong now) => now - reader.ReadUInt64();

    /// <summary>Writes the deadline of a timer, or that it has none.</summary>
    public static void SaveDeadline(SnapshotWriter writer, ulong deadline, ulong now)
    {
        writer.Write(deadline != VmClock.Never);
        writer.Write(deadline == VmClock.Never ? 0 : (long)(deadline - now));
    }

    /// <summary>Reads it back.</summary>
    public static ulong RestoreDeadline(SnapshotReader reader, ulong now)
    {
        bool isArmed = reader.ReadBoolean();
        long left = reader.ReadInt64();
        if (left is > Farthest or < -Farthest)
        {
            throw reader.Invalid("a deadline that no timer has");
        }

        return !isArmed ? VmClock.Never
            : left < 0 && (ulong)-left > now ? 0
            : now + (ulong)left;
    }
}
