namespace VmmEngine.Platform;

/// <summary>Nanoseconds and the clocks of a PC's interval timer, which has 1,193,182 of them a second.</summary>
internal static class PitTime
{
    public const ulong Frequency = 1_193_182;

    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Whole clocks in a time. Whole seconds are taken apart, so that no product overflows.</summary>
    public static ulong ToTicks(ulong nanoseconds) =>
        (nanoseconds / NanosecondsPerSecond * Frequency) + (nanoseconds % NanosecondsPerSecond * Frequency / NanosecondsPerSecond);

    /// <summary>The first nanosecond at which so many clocks have passed: <see cref="ToTicks"/> of it gives the number back.</summary>
    public static ulong ToNanoseconds(ulong ticks) =>
        (ticks / Frequency * NanosecondsPerSecond) + (((ticks % Frequency * NanosecondsPerSecond) + Frequency - 1) / Frequency);
}
