using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VmmEngine.Snapshots;

/// <summary>Collects the bytes of one part of a snapshot: little-endian, without padding.</summary>
public sealed class SnapshotWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>One byte: 1 for true.</summary>
    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>One byte.</summary>
    public void Write(byte value) => _bytes.Write([value]);

    /// <summary>Two bytes.</summary>
    public void Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
    }

    /// <summary>Four bytes.</summary>
    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    /// <summary>Four bytes, two's complement.</summary>
    public void Write(int value) => Write((uint)value);

    /// <summary>Eight bytes.</summary>
    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    /// <summary>Eight bytes, two's complement.</summary>
    public void Write(long value) => Write((ulong)value);

    /// <summary>Bytes as they are, without a length: the reader knows how many.</summary>
    public void Write(ReadOnlySpan<byte> value) => _bytes.Write(value);

    /// <summary>A structure as it lies in memory. Its padding has names: otherwise equal states would be written as unequal bytes.</summary>
    public void WriteStruct<T>(in T value)
        where T : unmanaged => _bytes.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
