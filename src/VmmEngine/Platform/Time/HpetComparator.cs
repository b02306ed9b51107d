using VmmEngine.Snapshots;
using static VmmEngine.Platform.HpetRegisters;

namespace VmmEngine.Platform;

/// <summary>One comparator of an <see cref="Hpet"/>. The HPET's lock is held around every call, except that the clock calls <see cref="Expired"/>.</summary>
internal sealed class HpetComparator : ClockTimer
{
    private readonly Hpet _hpet;
    private readonly int _index;

    public HpetComparator(Hpet hpet, int index, VmClock clock)
        : base(clock)
    {
        _hpet = hpet;
        _index = index;
        Reset();
    }

    /// <summary>What the guest has chosen and what it may choose.</summary>
    public ulong Configuration { get; set; }

    /// <summary>The count at which it fires.</summary>
    public uint Comparator { get; set; }

    /// <summary>Counts between two interrupts, in periodic mode.</summary>
    public uint Period { get; set; }

    /// <summary>What a message interrupt writes (low half), and where (high half).</summary>
    public ulong Message { get; set; }

    /// <summary>When it fires; Never while it does not run.</summary>
    public ulong Due { get; private set; } = VmClock.Never;

    public bool IsPeriodic => (Configuration & Periodic) != 0;

    public bool InterruptsByLevel => (Configuration & Level) != 0;

    public bool IsEnabled => (Configuration & InterruptEnabled) != 0;

    public bool UsesMessages => (Configuration & SendsMessage) != 0;

    /// <summary>The pin of the IO-APIC that the guest has chosen.</summary>
    public int Route => (int)((Configuration & RouteBits) >> RouteShift);

    /// <summary>The state after a reset.</summary>
    public void Reset()
    {
        Configuration = ((ulong)Hpet.Routes << RoutesShift) | CanBePeriodic | CanSendMessage;
        Comparator = uint.MaxValue;
        Period = 0;
        Message = 0;
        Schedule(VmClock.Never);
    }

    /// <summary>Fires at a time, and not before.</summary>
    public void Schedule(ulong due)
    {
        Due = due;
        Arm(due);
    }

    public void Save(SnapshotWriter writer, ulong now)
    {
        writer.Write(Configuration);
        writer.Write(Comparator);
        writer.Write(Period);
        writer.Write(Message);
        Moments.SaveDeadline(writer, Due, now);
    }

    public void Restore(SnapshotReader reader, ulong now)
    {
        Configuration = (reader.ReadUInt64() & Hpet.WritableConfiguration) | ((ulong)Hpet.Routes << RoutesShift) | CanBePeriodic | CanSendMessage;
        Comparator = reader.ReadUInt32();
        Period = reader.ReadUInt32();
        Message = reader.ReadUInt64();
        Due = Moments.RestoreDeadline(reader, now);
    }

    protected override void Expired() => _hpet.OnExpired(_index);
}
