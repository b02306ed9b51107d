using System.Buffers.Binary;

namespace VmmEngine.Guests;

/// <summary>Writes ELF files with the given segments, whose contents follow the headers.</summary>
public sealed class ElfFile(bool is64)
{
    private readonly List<(ulong Virtual, ulong Physical, byte[] Content, ulong Length, uint Type)> _segments = [];

    public ulong Entry { get; set; }

    public ushort Machine { get; set; } = is64 ? (ushort)62 : (ushort)3;

    public ushort Type { get; set; } = 2;

    public ElfFile Add(ulong address, byte[] content, ulong? length = null, ulong? virtualAddress = null, uint type = 1)
    {
        _segments.Add((virtualAddress ?? address, address, content, length ?? (ulong)content.Length, type));
        return this;
    }

    public byte[] ToArray()
    {
        int headerSize = is64 ? 64 : 52;
        int entrySize = is64 ? 56 : 32;
        int offset = headerSize + (entrySize * _segments.Count);
        byte[] file = new byte[offset + _segments.Sum(segment => segment.Content.Length)];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', is64 ? (byte)2 : (byte)1, 1, 1 }.CopyTo(file, 0);
        Put(file, 16, 2, Type);
        Put(file, 18, 2, Machine);
        Put(file, 20, 4, 1);
        int word = is64 ? 8 : 4;
        Put(file, 24, word, Entry);
        Put(file, 24 + word, word, (ulong)headerSize);
        int tail = 24 + (3 * word) + 4;
        Put(file, tail, 2, (ulong)headerSize);
        Put(file, tail + 2, 2, (ulong)entrySize);
        Put(file, tail + 4, 2, (ulong)_segments.Count);

        for (int i = 0; i < _segments.Count; i++)
        {
            (ulong Virtual, ulong Physical, byte[] Content, ulong Length, uint Type) segment = _segments[i];
            int header = headerSize + (i * entrySize);
            Put(file, header, 4, segment.Type);
            int fields = is64 ? header + 8 : header + 4;
            ulong[] values = [(ulong)offset, segment.Virtual, segment.Physical, (ulong)segment.Content.Length, segment.Length];
            for (int field = 0; field < values.Length; field++)
            {
                Put(file, fields + (field * word), word, values[field]);
            }

            segment.Content.CopyTo(file, offset);
            offset += segment.Content.Length;
        }

        return file;
    }

    public static byte[] Multiboot(uint flags, params uint[] fields)
    {
        uint[] words = [0x1BADB002, flags, unchecked(0u - 0x1BADB002u - flags), .. fields];
        return [.. words.SelectMany(BitConverter.GetBytes)];
    }

    private static void Put(byte[] file, int offset, int size, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(file.AsSpan(offset));
    }
}
