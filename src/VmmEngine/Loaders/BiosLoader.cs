using VmmEngine.Memory;

namespace VmmEngine.Loaders;

/// <summary>Loads PC firmware: the image ends at 4 GiB, and its last 128 KiB are below 1 MiB too, in memory that it may write.</summary>
public static class BiosLoader
{
    private const int Unit = 64 << 10;
    private const int MaximumSize = 16 << 20;
    private const int ShadowSize = 128 << 10;
    private const int ResetVectorOffset = 16; // from the end
    private const ulong End = 1UL << 32;
    private const ulong ShadowEnd = 1 << 20;

    /// <summary>Loads an image.</summary>
    /// <param name="image">A multiple of 64 KiB, at most 16 MiB.</param>
    /// <param name="target">The guest's memory.</param>
    /// <returns>The state after power-on.</returns>
    /// <exception cref="LoadException">It is not a firmware image, or it does not fit.</exception>
    public static EntryState Load(ReadOnlySpan<byte> image, LoadTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (image.IsEmpty || image.Length % Unit != 0 || image.Length > MaximumSize)
        {
            throw new LoadException(
                $"A BIOS image has a multiple of 64 KiB and at most 16 MiB, this one has {image.Length} bytes; give the whole, unpacked image.");
        }

        byte first = image[^ResetVectorOffset];
        if (first is 0x00 or 0xFF)
        {
            throw new LoadException($"The BIOS image has no code where the processor begins, 16 bytes before its end (0x{first:X2}); give another image.");
        }

        ReadOnlySpan<byte> shadow = image[^Math.Min(image.Length, ShadowSize)..];
        target.Write("The BIOS below 1 MiB", ShadowEnd - (ulong)shadow.Length, shadow);

        ulong start = End - (ulong)image.Length;
        if (target.Holds(start, 1) || !target.TryMapRom(new Gpa(start), image))
        {
            throw new LoadException($"The BIOS has no room at 0x{start:X}, below 4 GiB; give the machine less memory there.");
        }

        return EntryStates.Reset();
    }
}
