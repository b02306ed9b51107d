namespace VmmEngine.Conformance.Clients;

/// <summary>What a guest in 64-bit mode has in memory, at the addresses of <see cref="GuestCode"/>.</summary>
internal static class LongMode
{
    public const ushort CodeSelector = 8;
    public const ushort DataSelector = 16;
    public const ushort TaskSelector = 24;

    /// <summary>The last byte of the tables, from their start.</summary>
    public const int DescriptorLimit = 39;
    public const int InterruptLimit = 0xFFF;

    public const ulong Cr0 = 0x8000_0031; // PG, NE, ET, PE
    public const ulong Cr4 = 0x20; // PAE
    public const ulong Efer = 0x500; // LME, LMA

    private const int PageSize = 4096;
    private const ulong PageSizeBit = 0x80;
    private const ulong PresentWritableUser = 7;

    /// <summary>The first 4 GiB mapped to themselves in pages of 2 MiB, for all privilege levels.</summary>
    public static byte[] PageTables()
    {
        Struct tables = new(6 * PageSize);
        tables.U64(0, (GuestCode.PageTables + PageSize) | PresentWritableUser);
        for (int gibibyte = 0; gibibyte < 4; gibibyte++)
        {
            int directory = (2 + gibibyte) * PageSize;
            tables.U64(PageSize + (gibibyte * 8), (GuestCode.PageTables + (ulong)directory) | PresentWritableUser);
            for (int entry = 0; entry < 512; entry++)
            {
                ulong page = ((ulong)gibibyte << 30) | ((ulong)entry << 21);
                tables.U64(directory + (entry * 8), page | PageSizeBit | PresentWritableUser);
            }
        }

        return tables.Snapshot();
    }

    /// <summary>64-bit code, data, and a task-state segment at 0, which no privilege level is left for.</summary>
    public static byte[] Descriptors() => new Struct(DescriptorLimit + 1)
        .U64(CodeSelector, 0x00AF_9B00_0000_FFFF)
        .U64(DataSelector, 0x00CF_9300_0000_FFFF)
        .U64(TaskSelector, 0x0000_8B00_0000_0067)
        .Snapshot();

    /// <summary>Interrupt gates, present, for privilege level 0, each to its handler.</summary>
    public static byte[] Gates()
    {
        Struct gates = new(InterruptLimit + 1);
        for (int vector = 0; vector < 256; vector++)
        {
            gates.U64(vector * 16, 0x8E00_0000_0000UL | ((ulong)CodeSelector << 16) | (GuestCode.Handlers + ((ulong)vector * 16)));
        }

        return gates.Snapshot();
    }
}
