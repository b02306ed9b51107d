using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.Memory;

namespace VmmEngine.Bus;

/// <summary>The guest-physical addresses that devices answer: ranges in ascending order, none overlapping another.</summary>
internal readonly struct MmioMap
{
    // The first bound is 0 and belongs to no range, so that the search always ends on an element that exists.
    private readonly ulong[] _starts;
    private readonly MmioRange[] _ranges;

    private MmioMap(MmioRange[] ranges)
    {
        _ranges = [MmioRange.None, .. ranges];
        _starts = [.. _ranges.Select(range => range.Start)];
    }

    /// <summary>No device answers anywhere. (The default value is no map.)</summary>
    public static MmioMap Empty => new([]);

    /// <summary>The range that an address may lie in: the last one that starts at or before it.</summary>
    /// <remarks>A search by halving without a branch that depends on the address: random addresses would mispredict it half the time.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly MmioRange Find(ulong address)
    {
        ref ulong starts = ref MemoryMarshal.GetArrayDataReference(_starts);
        uint found = 0;
        for (uint length = (uint)_starts.Length; length > 1;)
        {
            uint half = length >> 1;
            uint isBehind = Unsafe.BitCast<bool, byte>(Unsafe.Add(ref starts, found + half) <= address);
            found += half & (0 - isBehind);
            length -= half;
        }

        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_ranges), found);
    }

    /// <summary>A copy with one more range.</summary>
    /// <returns>Null, and whom it overlaps, if there is no room for it.</returns>
    public MmioMap? With(MmioRange range, out MmioRange? conflict)
    {
        int found = Array.FindIndex(_ranges, 1, other => range.Start <= other.Last && other.Start <= range.Last);
        conflict = found < 0 ? null : _ranges[found];
        return found < 0 ? new MmioMap([.. _ranges.Skip(1).Append(range).OrderBy(other => other.Start)]) : null;
    }

    /// <summary>A copy without one range; null if there is no such range.</summary>
    public MmioMap? Without(ulong start, ulong length)
    {
        MmioRange[] rest = [.. _ranges.Skip(1).Where(range => range.Start != start || range.Length != length)];
        return rest.Length == _ranges.Length - 1 ? null : new MmioMap(rest);
    }
}

/// <summary>Guest-physical addresses that one device answers.</summary>
/// <param name="start">The first.</param>
/// <param name="length">Bytes; 0 only for <see cref="None"/>.</param>
/// <param name="device">The device; null only for <see cref="None"/>.</param>
internal readonly struct MmioRange(ulong start, ulong length, MmioDevice? device)
{
    /// <summary>Nobody's: no access lies inside it.</summary>
    public static readonly MmioRange None = new(0, 0, null);

    public readonly ulong Start = start;
    public readonly ulong Length = length;
    public readonly MmioDevice? Device = device;

    public ulong Last => Start + (Length - 1);

    /// <summary>True if a whole access lies inside the range.</summary>
    /// <param name="offset">Its address less <see cref="Start"/>, modulo 2^64.</param>
    /// <param name="size">Its bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(ulong offset, uint size) => offset < Length && Length - offset >= size;

    public override string ToString() => $"{new Gpa(Start)} to {new Gpa(Last)}";
}
