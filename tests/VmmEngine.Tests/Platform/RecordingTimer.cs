using VmmEngine.Platform;

namespace VmmEngine.Tests.Platform;

/// <summary>Notes when it fired, and may arm itself again.</summary>
internal sealed class RecordingTimer(VmClock clock, ulong period = 0) : ClockTimer(clock)
{
    private readonly VmClock _clock = clock;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ulong Last { get; private set; }

    public bool WaitFired(TimeSpan limit) => SpinWait.SpinUntil(() => Count > 0, limit);

    protected override void Expired()
    {
        Last = _clock.Now;
        Interlocked.Increment(ref _count);
        if (period != 0)
        {
            Arm(Last + period);
        }
    }
}
