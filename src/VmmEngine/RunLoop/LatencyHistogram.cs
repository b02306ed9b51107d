using System.Numerics;

namespace VmmEngine.RunLoop;

/// <summary>How often which duration occurred, in classes whose width is an eighth of their power of two. One writer.</summary>
internal sealed class LatencyHistogram
{
    private const int FractionBits = 3;
    private const int Fractions = 1 << FractionBits;

    // Durations below 8 have a class each; then 8 classes for each power of two from 8 to 2^62.
    private const int ClassCount = (63 - FractionBits + 1) * Fractions;

    private readonly long[] _classes = new long[ClassCount];
    private long _count;

    /// <summary>How many durations there are.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds one; a negative one, which a clock that is set back may give, counts as 0.</summary>
    public void Add(long duration)
    {
        _classes[ClassOf((ulong)Math.Max(0, duration))]++;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The upper end of the class in which a share of all durations is reached; 0 if there are none.</summary>
    public double Percentile(double share)
    {
        long wanted = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (int index = 0; index < ClassCount; index++)
        {
            seen += Volatile.Read(ref _classes[index]);
            if (seen > 0 && seen >= wanted)
            {
                return UpperEnd(index);
            }
        }

        return 0;
    }

    /// <summary>Adds what another one holds.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int index = 0; index < ClassCount; index++)
        {
            _classes[index] += Volatile.Read(ref other._classes[index]);
        }

        Volatile.Write(ref _count, _count + other.Count);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_classes);
        Volatile.Write(ref _count, 0);
    }

    private static int ClassOf(ulong duration)
    {
        if (duration < Fractions)
        {
            return (int)duration;
        }

        int shift = BitOperations.Log2(duration) - FractionBits;
        return ((shift + 1) << FractionBits) | (int)((duration >> shift) & (Fractions - 1));
    }

    private static double UpperEnd(int index)
    {
        if (index < Fractions)
        {
            return index;
        }

        int shift = (index >> FractionBits) - 1;
        ulong lower = (ulong)(Fractions | (index & (Fractions - 1))) << shift;
        return lower + ((1UL << shift) - 1);
    }
}
