namespace VmmEngine.Loaders;

/// <summary>Loads a kernel by the addresses in its multiboot header.</summary>
internal static class MultibootImage
{
    /// <summary>Loads it.</summary>
    /// <returns>The entry point.</returns>
    public static uint Load(ReadOnlySpan<byte> image, MultibootHeader header, LoadTarget target, FreeMemory free)
    {
        uint before = header.Header - header.LoadStart;
        if (header.Header < header.LoadStart || before > (uint)header.Offset)
        {
            throw Inconsistent($"load_addr 0x{header.LoadStart:X} against header_addr 0x{header.Header:X}, found at 0x{header.Offset:X} of the file");
        }

        int offset = header.Offset - (int)before;
        uint available = (uint)(image.Length - offset);
        uint length = header.LoadEnd == 0 ? available : header.LoadEnd - header.LoadStart;
        if ((header.LoadEnd != 0 && header.LoadEnd < header.LoadStart) || length > available)
        {
            throw Inconsistent($"load_end_addr 0x{header.LoadEnd:X} with load_addr 0x{header.LoadStart:X}, and the file has 0x{available:X} bytes from there");
        }

        ulong loadEnd = (ulong)header.LoadStart + length;
        ulong end = header.BssEnd == 0 ? loadEnd : header.BssEnd;
        if (end < loadEnd)
        {
            throw Inconsistent($"bss_end_addr 0x{header.BssEnd:X} before the end of what is loaded, 0x{loadEnd:X}");
        }

        if (header.Entry < header.LoadStart || header.Entry >= end)
        {
            throw Inconsistent($"entry_addr 0x{header.Entry:X} outside of what is loaded, 0x{header.LoadStart:X} to 0x{end:X}");
        }

        target.RequireMemory("The kernel", header.LoadStart, end - header.LoadStart);
        target.Write("The kernel", header.LoadStart, image.Slice(offset, (int)length));
        target.Clear("The kernel's zeros", loadEnd, end - loadEnd);
        free.Take(header.LoadStart, end - header.LoadStart);
        return header.Entry;
    }

    private static LoadException Inconsistent(string what) => new($"The multiboot header's addresses do not fit: {what}; correct the header.");
}
