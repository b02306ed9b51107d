using System.Buffers.Binary;

namespace VmmEngine.Snapshots;

/// <summary>
/// The first 64 bytes of a snapshot file, little-endian:
/// <code>
///  0  "VMMSNAP\n"                    32  memory, bytes (whole pages; holes of a sparse file are zeros)
///  8  version, 4 bytes               40  file, bytes
/// 12  header, bytes, 4 bytes         48  0
/// 16  state, bytes (behind this)     56  checksum of what is before it, and of the state
/// 24  memory, offset in the file
/// </code>
/// </summary>
/// <remarks>
/// The checksum (FNV-1a, 64 bits) finds every change of one byte and, but for chance, every other. It does not cover the memory: reading all of it would
/// cost more than everything else together, and a machine that starts from a file maps it instead.
/// </remarks>
/// <param name="StateLength">Bytes of the parts.</param>
/// <param name="MemoryOffset">Where the memory begins in the file.</param>
/// <param name="MemoryLength">Bytes of memory.</param>
internal readonly record struct SnapshotHeader(ulong StateLength, ulong MemoryOffset, ulong MemoryLength)
{
    public const int Length = 64;
    public const uint Version = 2;

    private const int ChecksumOffset = 56;
    private const ulong FnvOffset = 0xCBF2_9CE4_8422_2325;
    private const ulong FnvPrime = 0x0000_0100_0000_01B3;

    // More state than any machine has: a greater number is none that a file of ours can have.
    private const ulong StateLimit = 1 << 28;

    private static ReadOnlySpan<byte> Magic => "VMMSNAP\n"u8;

    private ulong FileLength => MemoryOffset + MemoryLength;

    /// <summary>The header for a state.</summary>
    public byte[] Format(ReadOnlySpan<byte> state)
    {
        byte[] bytes = new byte[Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), StateLength);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), MemoryOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), MemoryLength);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), FileLength);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum(bytes, state));
        return bytes;
    }

    /// <summary>Reads a header and checks everything but the checksum.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="bytes">The first bytes of the file, as many as it has but no more than the header.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <exception cref="SnapshotException">It is no header of this version, or not of this file.</exception>
    public static SnapshotHeader Parse(string path, ReadOnlySpan<byte> bytes, ulong fileLength)
    {
        if (!bytes.StartsWith(Magic))
        {
            throw new SnapshotException($"{path} is no snapshot of a machine");
        }

        if (bytes.Length < Length)
        {
            throw new SnapshotException($"{path} is cut off: it ends inside the header");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version || BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != Length)
        {
            throw new SnapshotException($"{path} has version {version} of the format, and this program reads version {Version}: save it again with this program");
        }

        SnapshotHeader header = new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
        if (fileLength < BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]))
        {
            throw new SnapshotException($"{path} is cut off: it has {fileLength} bytes of {BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..])}");
        }

        bool fits = header.StateLength <= StateLimit
            && header.MemoryOffset <= fileLength
            && header.MemoryLength == fileLength - header.MemoryOffset
            && header.StateLength + Length <= header.MemoryOffset;
        return fits ? header : throw Damaged(path);
    }

    /// <summary>Checks the checksum.</summary>
    /// <exception cref="SnapshotException">Something was changed.</exception>
    public static void Verify(string path, ReadOnlySpan<byte> header, ReadOnlySpan<byte> state)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[ChecksumOffset..]) != Checksum(header, state))
        {
            throw Damaged(path);
        }
    }

    private static SnapshotException Damaged(string path) => new($"{path} is damaged: its checksum is wrong");

    private static ulong Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> state) => Add(Add(FnvOffset, header[..ChecksumOffset]), state);

    private static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            sum = unchecked((sum ^ value) * FnvPrime);
        }

        return sum;
    }
}
