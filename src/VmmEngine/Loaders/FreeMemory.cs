namespace VmmEngine.Loaders;

/// <summary>Finds room beside an image for what a loader adds: page tables, boot information.</summary>
/// <param name="target">The memory.</param>
internal sealed class FreeMemory(LoadTarget target)
{
    /// <summary>The first page stays free: real-mode vectors, and null pointers.</summary>
    private const ulong First = 0x1000;

    /// <summary>The end of ordinary memory below 1 MiB, as PCs have it: the last KiB is the firmware's.</summary>
    public const ulong BaseMemoryEnd = 0x9_FC00;

    /// <summary>Where memory goes on.</summary>
    public const ulong ExtendedMemoryStart = 0x10_0000;

    private readonly List<(ulong Start, ulong End)> _taken = [];

    /// <summary>Notes that a range is used.</summary>
    public void Take(ulong start, ulong length) => _taken.Add((start, start + length));

    /// <summary>Finds the lowest free place below 4 GiB, and takes it.</summary>
    /// <param name="what">What it is for, for the message.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="alignment">A power of two.</param>
    public ulong Allocate(string what, ulong length, ulong alignment)
    {
        _taken.Sort();
        ulong? place = Find(First, Math.Min(BaseMemoryEnd, target.LowMemory), length, alignment) ??
            Find(ExtendedMemoryStart, target.LowMemory, length, alignment);
        if (place is not ulong start)
        {
            throw new LoadException($"No room for {what}: the image leaves no 0x{length:X} bytes of low memory free; give the machine more memory.");
        }

        Take(start, length);
        return start;
    }

    // The ranges are sorted by their starts, and none overlaps another that matters: one pass moves the candidate behind each that it touches.
    private ulong? Find(ulong from, ulong to, ulong length, ulong alignment)
    {
        ulong candidate = Align(from, alignment);
        foreach ((ulong start, ulong end) in _taken)
        {
            if (start < candidate + length && end > candidate)
            {
                candidate = Align(end, alignment);
            }
        }

        return candidate <= to && length <= to - candidate ? candidate : null;
    }

    private static ulong Align(ulong address, ulong alignment) => (address + alignment - 1) & ~(alignment - 1);
}
