using System.Buffers.Binary;

namespace VmmEngine.Conformance.Clients;

/// <summary>
/// The bytes of a C struct, or any memory of a client that the system under test is to see: they do not move. Fields are named by their offset, as
/// the interface's description does.
/// </summary>
internal sealed class Struct
{
    private readonly byte[] _bytes;
    private readonly List<Struct> _targets = []; // they live as long as the pointers to them

    public Struct(int size) => _bytes = GC.AllocateArray<byte>(size, pinned: true);

    public int Size => _bytes.Length;

    public Span<byte> Bytes => _bytes;

    /// <summary>The address of the first byte. The struct must be alive while somebody uses it.</summary>
    public nint Address => System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);

    public byte U8(int offset) => _bytes[offset];

    public ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[offset..]);

    public int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(Bytes[offset..]);

    public uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[offset..]);

    public ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes[offset..]);

    public Struct U8(int offset, byte value)
    {
        _bytes[offset] = value;
        return this;
    }

    public Struct U16(int offset, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes[offset..], (ushort)value);
        return this;
    }

    public Struct I32(int offset, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Bytes[offset..], value);
        return this;
    }

    public Struct U32(int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes[offset..], value);
        return this;
    }

    public Struct U64(int offset, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes[offset..], value);
        return this;
    }

    public Struct Pointer(int offset, UserPointer value)
    {
        if (value.Target is not null)
        {
            _targets.Add(value.Target);
        }

        return U64(offset, (ulong)value.Address);
    }

    public Struct Text(int offset, ReadOnlySpan<byte> text)
    {
        text.CopyTo(Bytes[offset..]);
        return this;
    }

    /// <summary>Every byte the same, so that what is written shows.</summary>
    public Struct Filled(byte value)
    {
        Bytes.Fill(value);
        return this;
    }

    /// <summary>A copy of the bytes as they are now.</summary>
    public byte[] Snapshot() => [.. _bytes];
}
