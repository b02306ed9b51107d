using System.Numerics;

namespace VmmEngine.Exploration;

/// <summary>
/// Which resources a thread is inside, as one word: bits 0 to 31 exclusive, bits 32 to 63 shared.
/// </summary>
internal static class Holds
{
    public const int MaxResources = 32;

    public static ulong Bit(int resource, HoldMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resource);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(resource, MaxResources);
        return 1UL << (mode == HoldMode.Exclusive ? resource : resource + MaxResources);
    }

    /// <summary>Whether two threads are inside one resource although one of them is inside exclusively.</summary>
    public static bool Conflict(ulong one, ulong other) => Contested(one, other) != 0;

    /// <summary>The lowest resource for which <see cref="Conflict"/> holds.</summary>
    public static int FirstContested(ulong one, ulong other) => BitOperations.TrailingZeroCount(Contested(one, other));

    public static string Describe(World world, ulong bit)
    {
        int position = BitOperations.TrailingZeroCount(bit);
        return position < MaxResources
            ? $"{world.ResourceName(position)} (exclusive)"
            : $"{world.ResourceName(position - MaxResources)} (shared)";
    }

    private static uint Contested(ulong one, ulong other)
    {
        uint exclusive = (uint)one;
        uint otherExclusive = (uint)other;
        return (exclusive & (otherExclusive | (uint)(other >> MaxResources))) | (otherExclusive & (uint)(one >> MaxResources));
    }
}
