namespace VmmEngine.Loaders;

/// <summary>Loads a kernel: multiboot in any file that has the header, ELF otherwise.</summary>
/// <remarks>
/// With a multiboot header the kernel starts in 32-bit protected mode, with boot information in EBX, whether its code is 32-bit or 64-bit. Without, a
/// 32-bit ELF file starts in protected mode, and a 64-bit one in 64-bit mode with the first 4 GiB mapped where they are. No state has a stack.
/// </remarks>
public static class KernelLoader
{
    /// <summary>Loads an image.</summary>
    /// <param name="image">The file.</param>
    /// <param name="commandLine">What a multiboot kernel is told; others do not see it.</param>
    /// <param name="target">The guest's memory.</param>
    /// <exception cref="LoadException">It is none of these files, it is damaged, or it does not fit.</exception>
    public static EntryState Load(ReadOnlySpan<byte> image, string commandLine, LoadTarget target)
    {
        ArgumentNullException.ThrowIfNull(commandLine);
        ArgumentNullException.ThrowIfNull(target);

        FreeMemory free = new(target);
        MultibootHeader? header = MultibootHeader.Find(image);
        if (header is { HasAddresses: true })
        {
            uint start = MultibootImage.Load(image, header, target, free);
            return EnterMultiboot(start, commandLine, target, free);
        }

        if (!ElfImage.IsElf(image))
        {
            throw new LoadException(
                "The image is no kernel that can be started: neither an ELF file nor one with a multiboot header with addresses; try it as flat binary.");
        }

        ElfImage elf = ElfImage.Parse(image);
        ulong entry = elf.PhysicalEntry();
        if (entry >= LoadTarget.HighMemoryStart)
        {
            throw new LoadException($"The ELF file's entry point is at 0x{entry:X}, and a kernel starts below 4 GiB; link it lower.");
        }

        Load(image, elf, target, free);
        if (header is not null)
        {
            return EnterMultiboot((uint)entry, commandLine, target, free);
        }

        return elf.Is64 ? EntryStates.Long(entry, IdentityTables.Write(target, free)) : EntryStates.Protected((uint)entry);
    }

    private static void Load(ReadOnlySpan<byte> image, ElfImage elf, LoadTarget target, FreeMemory free)
    {
        // All of it has a place before any of it is written.
        foreach (ElfSegment segment in elf.Segments)
        {
            target.RequireMemory("A segment", segment.Physical, segment.Length);
        }

        foreach (ElfSegment segment in elf.Segments)
        {
            ulong fileLength = (ulong)segment.FileLength;
            target.Write("A segment", segment.Physical, image.Slice(segment.Offset, segment.FileLength));
            target.Clear("A segment's zeros", segment.Physical + fileLength, segment.Length - fileLength);
            free.Take(segment.Physical, segment.Length);
        }
    }

    private static EntryState EnterMultiboot(uint entry, string commandLine, LoadTarget target, FreeMemory free)
    {
        uint information = MultibootInformation.Write(commandLine, target, free);
        return EntryStates.Protected(entry, MultibootInformation.BootMagic, information);
    }
}
