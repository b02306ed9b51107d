using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>One access to a device, as one exit carries it: 1, 2, 4 or 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MmioAccess
{
    private const uint Widest = 8;

    /// <summary>Guest-physical address.</summary>
    public ulong Physical;

    /// <summary>Linear address.</summary>
    public ulong Linear;

    /// <summary>What is written, or what was read; the bytes above <see cref="Size"/> are 0.</summary>
    public ulong Data;

    /// <summary>Bytes.</summary>
    public uint Size;

    /// <summary>Whether the device is told, not asked.</summary>
    public bool IsWrite;

    /// <summary>The next piece of a part, as wide as an exit can carry: 16 bytes become 8 and 8, 10 become 8 and 2, 3 become 2 and 1.</summary>
    /// <param name="part">A part that is no memory.</param>
    /// <param name="done">Bytes of it that earlier pieces have; less than its length.</param>
    /// <param name="write">The direction.</param>
    public static MmioAccess Of(in AccessParts.Part part, uint done, bool write) => new()
    {
        Physical = part.Physical + done,
        Linear = part.Linear + done,
        Size = Math.Min(Widest, 1u << BitOperations.Log2(part.Length - done)),
        IsWrite = write,
    };

    /// <summary>Takes the bytes to be written.</summary>
    public void CopyFrom(byte* source)
    {
        Data = 0;
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<ulong, byte>(ref Data), ref *source, Size);
    }

    /// <summary>Gives the bytes that were read.</summary>
    public readonly void CopyTo(byte* destination)
    {
        ulong data = Data;
        Unsafe.CopyBlockUnaligned(destination, &data, Size);
    }

    /// <summary>Whether the other one is the same question or message.</summary>
    public readonly bool Matches(in MmioAccess other)
        => Physical == other.Physical && Size == other.Size && IsWrite == other.IsWrite && (!IsWrite || Data == other.Data);
}
