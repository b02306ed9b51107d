using System.Buffers.Binary;

namespace VmmEngine.Loaders;

/// <summary>What a loader needs of an ELF file: the entry point and the segments, all of them checked against the file.</summary>
/// <param name="Is64">64-bit.</param>
/// <param name="Entry">The entry point, a virtual address.</param>
/// <param name="Segments">Those that take memory, by physical address; none overlaps another.</param>
internal sealed record ElfImage(bool Is64, ulong Entry, IReadOnlyList<ElfSegment> Segments)
{
    private const uint Magic = 0x464C_457F;
    private const byte Class32 = 1;
    private const byte Class64 = 2;
    private const byte LittleEndian = 1;
    private const ushort TypeExecutable = 2;
    private const ushort Machine386 = 3;
    private const ushort MachineX64 = 62;
    private const uint SegmentLoad = 1;
    private const int Header32Size = 52;
    private const int Header64Size = 64;
    private const int Entry32Size = 32;
    private const int Entry64Size = 56;

    /// <summary>Whether a file begins as an ELF file does.</summary>
    public static bool IsElf(ReadOnlySpan<byte> image) => image.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(image) == Magic;

    /// <summary>Reads the headers of a file that <see cref="IsElf"/>.</summary>
    /// <exception cref="LoadException">It cannot be executed here.</exception>
    public static ElfImage Parse(ReadOnlySpan<byte> image)
    {
        if (image.Length < Header32Size || (image[4] == Class64 && image.Length < Header64Size))
        {
            throw Truncated($"its header, and it has only {image.Length} bytes");
        }

        if (image[4] is not (Class32 or Class64) || image[5] != LittleEndian)
        {
            throw new LoadException($"The ELF file is of class {image[4]}, byte order {image[5]}; build it for x86 (class 1 or 2, byte order 1).");
        }

        bool is64 = image[4] == Class64;
        ushort type = Read16(image, 16);
        ushort machine = Read16(image, 18);
        if (machine != (is64 ? MachineX64 : Machine386))
        {
            throw new LoadException($"The ELF file is for machine {machine}; build it for {(is64 ? "x86-64 (62)" : "i386 (3)")}.");
        }

        if (type != TypeExecutable)
        {
            throw new LoadException($"The ELF file is of type {type}, not an executable (2); link it without -r, -shared or -pie.");
        }

        ulong entry = is64 ? Read64(image, 24) : Read32(image, 24);
        return new ElfImage(is64, entry, ReadSegments(image, is64));
    }

    /// <summary>Where the entry point lies in memory.</summary>
    /// <exception cref="LoadException">In no segment.</exception>
    public ulong PhysicalEntry()
    {
        // Linked high and loaded low: the entry point is a virtual address. Some linker scripts give the physical one.
        foreach (ElfSegment segment in Segments)
        {
            if (Entry - segment.Virtual < segment.Length)
            {
                return Entry - segment.Virtual + segment.Physical;
            }
        }

        foreach (ElfSegment segment in Segments)
        {
            if (Entry - segment.Physical < segment.Length)
            {
                return Entry;
            }
        }

        throw new LoadException($"The ELF file's entry point 0x{Entry:X} is in none of its segments; set it with the linker's -e.");
    }

    private static List<ElfSegment> ReadSegments(ReadOnlySpan<byte> image, bool is64)
    {
        ulong table = is64 ? Read64(image, 32) : Read32(image, 28);
        int size = Read16(image, is64 ? 54 : 42);
        int count = Read16(image, is64 ? 56 : 44);
        if (size != (is64 ? Entry64Size : Entry32Size))
        {
            throw new LoadException($"The ELF file's program headers have {size} bytes each instead of {(is64 ? Entry64Size : Entry32Size)}; link it again.");
        }

        if (table > (ulong)image.Length || (ulong)count * (ulong)size > (ulong)image.Length - table)
        {
            throw Truncated($"{count} program headers at 0x{table:X}, and it has 0x{image.Length:X} bytes");
        }

        List<ElfSegment> segments = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = image.Slice((int)table + (i * size), size);
            if (Read32(header, 0) == SegmentLoad && ReadSegment(header, i, is64, image.Length) is { Length: > 0 } segment)
            {
                segments.Add(segment);
            }
        }

        if (segments.Count == 0)
        {
            throw new LoadException("The ELF file has nothing to load: no program header of type PT_LOAD; link it as an executable.");
        }

        segments.Sort((left, right) => left.Physical.CompareTo(right.Physical));
        RequireDisjoint(segments);
        return segments;
    }

    private static ElfSegment ReadSegment(ReadOnlySpan<byte> header, int index, bool is64, int imageLength)
    {
        ulong offset = is64 ? Read64(header, 8) : Read32(header, 4);
        ulong virtualAddress = is64 ? Read64(header, 16) : Read32(header, 8);
        ulong physical = is64 ? Read64(header, 24) : Read32(header, 12);
        ulong fileLength = is64 ? Read64(header, 32) : Read32(header, 16);
        ulong length = is64 ? Read64(header, 40) : Read32(header, 20);
        if (fileLength > length)
        {
            throw new LoadException($"Segment {index} has 0x{fileLength:X} bytes in the file and only 0x{length:X} in memory; link the image again.");
        }

        if (offset > (ulong)imageLength || fileLength > (ulong)imageLength - offset)
        {
            throw Truncated($"segment {index}: 0x{fileLength:X} bytes at 0x{offset:X}, and it has 0x{imageLength:X} bytes");
        }

        if (length > ulong.MaxValue - physical)
        {
            throw new LoadException($"Segment {index} ends beyond the last address: 0x{length:X} bytes at 0x{physical:X}; link the image elsewhere.");
        }

        return new ElfSegment((int)offset, (int)fileLength, virtualAddress, physical, length);
    }

    private static void RequireDisjoint(List<ElfSegment> segments)
    {
        for (int i = 1; i < segments.Count; i++)
        {
            ElfSegment before = segments[i - 1];
            if (segments[i].Physical - before.Physical < before.Length)
            {
                throw new LoadException(
                    $"The segments at 0x{before.Physical:X} (0x{before.Length:X} bytes) and 0x{segments[i].Physical:X} overlap; link them apart.");
            }
        }
    }

    private static LoadException Truncated(string what) => new($"The ELF file is cut off: it should hold {what}; copy or build it again.");

    private static ushort Read16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static uint Read32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong Read64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
