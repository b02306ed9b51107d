using VmmEngine.Memory;

namespace VmmEngine.Loaders;

/// <summary>Loads a file as it is, and enters its first byte.</summary>
public static class FlatLoader
{
    private const ulong RealModeEnd = 1 << 20;

    /// <summary>Loads an image.</summary>
    /// <param name="image">The bytes.</param>
    /// <param name="address">Where they go, and where the guest begins.</param>
    /// <param name="mode">How the guest begins; null: in real mode below 1 MiB, in protected mode above.</param>
    /// <param name="target">The guest's memory.</param>
    /// <exception cref="LoadException">The image does not fit.</exception>
    public static EntryState Load(ReadOnlySpan<byte> image, Gpa address, EntryMode? mode, LoadTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (image.IsEmpty)
        {
            throw new LoadException("The image is empty; give a file with at least one instruction.");
        }

        ulong start = address.Value;
        EntryMode chosen = mode ?? (start < RealModeEnd ? EntryMode.Real : EntryMode.Protected);
        if (chosen == EntryMode.Real && start >= RealModeEnd)
        {
            throw new LoadException($"Real mode cannot begin at 0x{start:X}: choose an address below 1 MiB, or another mode.");
        }

        if (chosen == EntryMode.Protected && start > uint.MaxValue)
        {
            throw new LoadException($"Protected mode cannot begin at 0x{start:X}: choose an address below 4 GiB, or 64-bit mode.");
        }

        if (chosen == EntryMode.Long && start >= LoadTarget.HighMemoryStart)
        {
            throw new LoadException($"The page tables given map the first 4 GiB, not 0x{start:X}: choose an address below.");
        }

        target.Write("The image", start, image);
        if (chosen != EntryMode.Long)
        {
            return chosen == EntryMode.Real ? EntryStates.Real(start) : EntryStates.Protected((uint)start);
        }

        FreeMemory free = new(target);
        free.Take(start, (ulong)image.Length);
        return EntryStates.Long(start, IdentityTables.Write(target, free));
    }
}
