using System.Buffers.Binary;

namespace VmmEngine.Loaders;

/// <summary>The header by which a kernel says how it wants to be loaded.</summary>
/// <remarks>Multiboot Specification 0.6.96, section 3.1.</remarks>
/// <param name="Offset">Where it is in the file.</param>
/// <param name="HasAddresses">The fields below are given, and replace the file's own format.</param>
/// <param name="Header">Where the header itself is to be.</param>
/// <param name="LoadStart">Where what is loaded begins.</param>
/// <param name="LoadEnd">Where it ends; 0: with the file.</param>
/// <param name="BssEnd">Where the zeros behind it end; 0: there are none.</param>
/// <param name="Entry">The entry point.</param>
internal sealed record MultibootHeader(
    int Offset, bool HasAddresses, uint Header, uint LoadStart, uint LoadEnd, uint BssEnd, uint Entry)
{
    private const uint Magic = 0x1BAD_B002;
    private const int SearchLength = 8192;
    private const int ShortSize = 12;
    private const int LongSize = 32;

    private const uint PageAligned = 1 << 0; // of modules, of which there are none
    private const uint MemoryWanted = 1 << 1;
    private const uint VideoWanted = 1 << 2;
    private const uint AddressesGiven = 1 << 16;
    private const uint Requirements = 0xFFFF;

    /// <summary>Looks for a header.</summary>
    /// <returns>Null if the file has none.</returns>
    /// <exception cref="LoadException">It asks for what we do not have.</exception>
    public static MultibootHeader? Find(ReadOnlySpan<byte> image)
    {
        int end = Math.Min(image.Length, SearchLength) - ShortSize;
        for (int offset = 0; offset <= end; offset += 4)
        {
            uint flags = Read32(image, offset + 4);
            if (Read32(image, offset) == Magic && Magic + flags + Read32(image, offset + 8) == 0)
            {
                return Read(image, offset, flags);
            }
        }

        return null;
    }

    private static MultibootHeader Read(ReadOnlySpan<byte> image, int offset, uint flags)
    {
        if ((flags & VideoWanted) != 0)
        {
            throw new LoadException("The multiboot header asks for a video mode (flag 2), and the machine has no display; clear the flag.");
        }

        uint unknown = flags & Requirements & ~(PageAligned | MemoryWanted);
        if (unknown != 0)
        {
            throw new LoadException($"The multiboot header asks for something unknown (flags 0x{unknown:X}); clear these flags.");
        }

        if ((flags & AddressesGiven) == 0)
        {
            return new MultibootHeader(offset, HasAddresses: false, 0, 0, 0, 0, 0);
        }

        if (image.Length - offset < LongSize)
        {
            throw new LoadException($"The image is cut off in its multiboot header, at 0x{offset:X}; copy or build it again.");
        }

        return new MultibootHeader(
            offset,
            HasAddresses: true,
            Read32(image, offset + 12),
            Read32(image, offset + 16),
            Read32(image, offset + 20),
            Read32(image, offset + 24),
            Read32(image, offset + 28));
    }

    private static uint Read32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
