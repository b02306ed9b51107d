using VmmEngine.Memory;

namespace VmmEngine.Loaders;

/// <summary>The guest memory that an image is loaded into, before the guest runs.</summary>
public abstract class LoadTarget
{
    /// <summary>Where memory above the hole for devices begins.</summary>
    internal const ulong HighMemoryStart = 1UL << 32;

    private static readonly byte[] Zeros = new byte[1 << 16];

    /// <summary>Bytes of memory from address 0: at most 4 GiB.</summary>
    public abstract ulong LowMemory { get; }

    /// <summary>Bytes of memory from 4 GiB.</summary>
    public abstract ulong HighMemory { get; }

    /// <summary>Writes bytes.</summary>
    /// <returns>False if not all of them lie in memory.</returns>
    public abstract bool TryWrite(Gpa address, ReadOnlySpan<byte> bytes);

    /// <summary>Makes memory where there is none, fills it, and lets the guest read and execute it.</summary>
    /// <param name="address">A multiple of 64 KiB.</param>
    /// <param name="bytes">A multiple of 64 KiB of them; the last one may be the last below 4 GiB.</param>
    /// <returns>False if there is something already, or no memory for it.</returns>
    public abstract bool TryMapRom(Gpa address, ReadOnlySpan<byte> bytes);

    /// <summary>Writes zeros. A target whose memory is known to be fresh need not do anything.</summary>
    /// <returns>False if not all of the range lies in memory.</returns>
    public virtual bool TryClear(Gpa address, ulong length)
    {
        if (!Holds(address.Value, length))
        {
            return false;
        }

        for (ulong done = 0; done < length;)
        {
            int step = (int)Math.Min(length - done, (ulong)Zeros.Length);
            if (!TryWrite(new Gpa(address.Value + done), Zeros.AsSpan(0, step)))
            {
                return false;
            }

            done += (ulong)step;
        }

        return true;
    }

    /// <summary>Whether a range lies in memory.</summary>
    internal bool Holds(ulong start, ulong length) =>
        (start <= LowMemory && length <= LowMemory - start) ||
        (start >= HighMemoryStart && start - HighMemoryStart <= HighMemory && length <= HighMemory - (start - HighMemoryStart));

    /// <summary>Writes bytes that have a place.</summary>
    internal void Write(string what, ulong address, ReadOnlySpan<byte> bytes)
    {
        RequireMemory(what, address, (ulong)bytes.Length);
        if (!TryWrite(new Gpa(address), bytes))
        {
            throw new LoadException($"{what} at 0x{address:X} could not be written: the machine's memory there is missing or read-only.");
        }
    }

    /// <summary>Clears a range that has a place.</summary>
    internal void Clear(string what, ulong address, ulong length)
    {
        RequireMemory(what, address, length);
        if (!TryClear(new Gpa(address), length))
        {
            throw new LoadException($"{what} at 0x{address:X} could not be cleared: the machine's memory there is missing or read-only.");
        }
    }

    /// <summary>Refuses a range outside memory.</summary>
    internal void RequireMemory(string what, ulong address, ulong length)
    {
        if (!Holds(address, length))
        {
            throw new LoadException(
                $"{what} needs 0x{length:X} bytes at 0x{address:X}, where the machine has no memory; give it more, or link the image elsewhere.");
        }
    }
}
