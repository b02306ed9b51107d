using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>
/// Moves the state of one part of a VM between the engine and a client's buffer: 16 bytes that say what follows, then the part's own. The contents are
/// this engine's, not upstream's, whose structures have no version.
/// </summary>
/// <remarks><code>
///   0        4         6        8        12
/// | "VMMP" | version | part | length | 0 |
/// </code>Little-endian. All or nothing: a buffer too small is not written, and a part that refuses its bytes keeps what it had.</remarks>
internal static unsafe class PartTransfer
{
    private const int HeaderLength = 16;
    private const uint Magic = 0x504D_4D56;
    private const ushort Version = 2;

    // Far above any part: what a client says of itself decides no allocation.
    private const uint LongestPart = 1 << 24;

    /// <summary>Writes a part to the buffer.</summary>
    /// <returns>0; EFAULT if the buffer is too small, not there, or does not lie where it says; EINVAL if the part cannot be read.</returns>
    public static int Save(ISnapshotted part, int request, ref vm_snapshot_buffer buffer)
    {
        if (!TrySave(part, out SnapshotWriter writer))
        {
            return Errno.EINVAL;
        }

        byte[] image = [.. Header(request, writer.Written.Length), .. writer.Written];
        if (!IsConsistent(in buffer) || buffer.buf_rem < (ulong)image.Length)
        {
            return Errno.EFAULT;
        }

        fixed (byte* bytes = image)
        {
            return UserMemory.TryCopyOut(bytes, buffer.buf, (nuint)image.Length) ? Advance(ref buffer, image.Length) : Errno.EFAULT;
        }
    }

    /// <summary>Reads a part from the buffer.</summary>
    /// <returns>0; EFAULT if the buffer is too small, not there, or does not lie where it says; EINVAL if it holds no such part of this version.</returns>
    public static int Restore(ISnapshotted part, int request, ref vm_snapshot_buffer buffer)
    {
        byte* header = stackalloc byte[HeaderLength];
        if (!IsConsistent(in buffer) || buffer.buf_rem < HeaderLength || !UserMemory.TryCopyIn(buffer.buf, header, HeaderLength))
        {
            return Errno.EFAULT;
        }

        ReadOnlySpan<byte> fields = new(header, HeaderLength);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(fields[8..]);
        if (length > LongestPart || !fields.SequenceEqual(Header(request, (int)length)))
        {
            return Errno.EINVAL;
        }

        byte[] image = new byte[length];
        fixed (byte* bytes = image)
        {
            if (buffer.buf_rem < HeaderLength + (ulong)length || !UserMemory.TryCopyIn(buffer.buf + HeaderLength, bytes, length))
            {
                return Errno.EFAULT;
            }
        }

        return TryRestore(part, image) ? Advance(ref buffer, HeaderLength + (int)length) : Errno.EINVAL;
    }

    private static byte[] Header(int request, int length)
    {
        byte[] header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)request);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)length);
        return header;
    }

    private static bool TryRestore(ISnapshotted part, byte[] image)
    {
        if (!TrySave(part, out SnapshotWriter before))
        {
            return false;
        }

        bool restored = TryApply(part, image);
        if (!restored)
        {
            TryApply(part, before.Written.ToArray());
        }

        return restored;
    }

    private static bool TryApply(ISnapshotted part, byte[] image)
    {
        try
        {
            SnapshotReader reader = new("part", image);
            part.Restore(reader);
            reader.End();
            return true;
        }
        catch (SnapshotException)
        {
            return false;
        }
    }

    private static bool TrySave(ISnapshotted part, out SnapshotWriter writer)
    {
        writer = new SnapshotWriter();
        try
        {
            part.Save(writer);
            return true;
        }
        catch (SnapshotException)
        {
            return false;
        }
    }

    // What is left of the buffer lies inside it.
    private static bool IsConsistent(in vm_snapshot_buffer buffer)
    {
        ulong start = (ulong)buffer.buf_start;
        ulong position = (ulong)buffer.buf;
        return buffer.buf_size <= ulong.MaxValue - start
            && position >= start
            && position - start <= buffer.buf_size
            && buffer.buf_rem <= buffer.buf_size - (position - start);
    }

    private static int Advance(ref vm_snapshot_buffer buffer, int length)
    {
        buffer.buf += length;
        buffer.buf_rem -= (ulong)length;
        return 0;
    }
}
