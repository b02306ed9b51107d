using System.Globalization;

namespace VmmEngine.Exploration;

/// <summary>A number of schedules: exact up to 2^128 - 1, and a close floating-point value beyond.</summary>
/// <param name="Exact">The number, or <see cref="UInt128.MaxValue"/> when it does not fit.</param>
/// <param name="Approximate">The number to 15 digits.</param>
public readonly record struct ScheduleCount(UInt128 Exact, double Approximate)
{
    /// <summary>One schedule.</summary>
    public static ScheduleCount One { get; } = new(1, 1);

    /// <summary>Whether <see cref="Exact"/> is the number.</summary>
    public bool IsExact => Exact != UInt128.MaxValue;

    /// <summary>The sum of two numbers.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A number.</param>
    public static ScheduleCount operator +(ScheduleCount left, ScheduleCount right)
    {
        UInt128 sum = left.Exact + right.Exact;
        return new ScheduleCount(sum < left.Exact || !left.IsExact || !right.IsExact ? UInt128.MaxValue : sum, left.Approximate + right.Approximate);
    }

    /// <summary>The sum of two numbers.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A number.</param>
    public static ScheduleCount Add(ScheduleCount left, ScheduleCount right) => left + right;

    /// <inheritdoc/>
    public override string ToString() => IsExact && Approximate < 1e15
        ? Exact.ToString("N0", CultureInfo.InvariantCulture)
        : Approximate.ToString("0.00e+0", CultureInfo.InvariantCulture);
}
