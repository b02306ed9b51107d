using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Snapshots;

/// <summary>Reads the bytes of one part of a snapshot, in the order in which <see cref="SnapshotWriter"/> got them.</summary>
/// <remarks>Every method throws <see cref="SnapshotException"/> where the part has too few bytes.</remarks>
/// <param name="part">The part's name, for messages.</param>
/// <param name="bytes">All its bytes.</param>
public sealed class SnapshotReader(string part, ReadOnlyMemory<byte> bytes)
{
    private int _position;

    /// <summary>How many bytes are left.</summary>
    public int Left => bytes.Length - _position;

    /// <summary>One byte that is 0 or 1.</summary>
    public bool ReadBoolean() => ReadByte(maximum: 1) != 0;

    /// <summary>One byte.</summary>
    /// <param name="maximum">The greatest value that the part can have there.</param>
    public byte ReadByte(byte maximum = byte.MaxValue)
    {
        byte value = Take(1)[0];
        return value <= maximum ? value : throw Invalid($"{value} where at most {maximum} can be");
    }

    /// <summary>Two bytes.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    /// <summary>Four bytes.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Four bytes that are a number inside bounds, both inclusive.</summary>
    public int ReadInt32(int minimum, int maximum)
    {
        int value = (int)ReadUInt32();
        return value >= minimum && value <= maximum ? value : throw Invalid($"{value} where {minimum} to {maximum} can be");
    }

    /// <summary>Eight bytes.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Eight bytes, two's complement.</summary>
    public long ReadInt64() => (long)ReadUInt64();

    /// <summary>As many bytes as the destination has.</summary>
    public void Read(Span<byte> destination) => Take(destination.Length).CopyTo(destination);

    /// <summary>A structure that <see cref="SnapshotWriter.WriteStruct"/> has written.</summary>
    public T ReadStruct<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    /// <summary>Passes over bytes.</summary>
    public void Skip(int length) => Take(length);

    /// <summary>To be called when everything is read.</summary>
    /// <exception cref="SnapshotException">There is more.</exception>
    public void End()
    {
        if (Left != 0)
        {
            throw Invalid($"{Left} bytes too many");
        }
    }

    /// <summary>What to throw for a value that the part cannot have.</summary>
    public SnapshotException Invalid(string what) => new($"the snapshot's part '{part}' is not valid: {what}");

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Left)
        {
            throw Invalid($"{length - Left} bytes too few");
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(_position, length);
        _position += length;
        return taken;
    }
}
