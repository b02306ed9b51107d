namespace VmmEngine.Platform;

/// <summary>Where the MC146818's divider chain is: seconds and periods since its origin, counted with the 32,768 Hz of its crystal.</summary>
internal struct RtcDivider
{
    private const long Crystal = 32_768;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // An update announces itself 244 microseconds before, and lasts 1,984.
    private const long UpdateLength = 2_228_000;

    // On the VM's clock, in nanoseconds; before its beginning (negative) if the chain was restarted early.
    private long _origin;

    /// <summary>The chain leaves its reset: the first update comes half a second later.</summary>
    public void Restart(ulong now) => _origin = (long)now - (NanosecondsPerSecond / 2);

    /// <summary>A second begins now.</summary>
    public void BeginSecond(ulong now) => _origin = (long)now;

    /// <summary>The origin, in nanoseconds of the VM's clock.</summary>
    public void BeginAt(long origin) => _origin = origin;

    /// <summary>Nanoseconds since the origin.</summary>
    public readonly long Distance(ulong now) => Since(now);

    /// <summary>Whole seconds since the origin.</summary>
    public readonly long Second(ulong now) => Since(now) / NanosecondsPerSecond;

    /// <summary>When a second begins, in the clock's nanoseconds.</summary>
    public readonly ulong SecondStart(long second) => (ulong)(_origin + (second * NanosecondsPerSecond));

    /// <summary>True at the end of each second, when the registers are about to change.</summary>
    public readonly bool IsUpdating(ulong now) => Since(now) % NanosecondsPerSecond >= NanosecondsPerSecond - UpdateLength;

    /// <summary>Whole periods since the origin.</summary>
    /// <param name="now">The clock's nanoseconds.</param>
    /// <param name="rate">Register A's rate; 0 has no periods.</param>
    public readonly long Period(ulong now, int rate)
    {
        long since = Since(now);
        long ticks = (since / NanosecondsPerSecond * Crystal) + (since % NanosecondsPerSecond * Crystal / NanosecondsPerSecond);
        return rate == 0 ? 0 : ticks >> Shift(rate);
    }

    /// <summary>When a period begins, in the clock's nanoseconds: the first at which <see cref="Period"/> gives its number.</summary>
    public readonly ulong PeriodStart(long period, int rate)
    {
        long ticks = period << Shift(rate);
        return (ulong)(_origin + (ticks / Crystal * NanosecondsPerSecond) + (((ticks % Crystal * NanosecondsPerSecond) + Crystal - 1) / Crystal));
    }

    private readonly long Since(ulong now) => (long)now - _origin;

    // Rates 1 and 2 are those of 8 and 9: the taps above them are the crystal's own.
    private static int Shift(int rate) => (rate < 3 ? rate + 7 : rate) - 1;
}
