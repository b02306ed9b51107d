using System.Buffers.Binary;

namespace VmmEngine.Loaders;

/// <summary>Page tables that map the first 4 GiB where they are, in pages of 2 MiB that everybody may write and execute.</summary>
internal static class IdentityTables
{
    private const int PageSize = 4096;
    private const int Directories = 4;
    private const ulong LargePage = 2 << 20;

    // Present and writable, accessed and dirty already: walking the tables changes nothing in them.
    private const ulong Table = 0x23;
    private const ulong Leaf = 0xE3;

    /// <summary>Bytes of all tables: one top level, one of pointers, four directories.</summary>
    public const ulong Length = (2 + Directories) * PageSize;

    /// <summary>Writes the tables into free memory.</summary>
    /// <returns>The address of the top-level table, for CR3.</returns>
    public static ulong Write(LoadTarget target, FreeMemory free)
    {
        ulong top = free.Allocate("page tables", Length, PageSize);
        byte[] tables = new byte[Length];
        Put(tables, page: 0, index: 0, (top + PageSize) | Table);
        for (int directory = 0; directory < Directories; directory++)
        {
            Put(tables, page: 1, directory, (top + ((2 + (ulong)directory) * PageSize)) | Table);
            for (int index = 0; index < PageSize / sizeof(ulong); index++)
            {
                ulong address = (((ulong)directory << 30) + ((ulong)index * LargePage)) | Leaf;
                Put(tables, 2 + directory, index, address);
            }
        }

        target.Write("The page tables", top, tables);
        return top;
    }

    private static void Put(byte[] tables, int page, int index, ulong entry) =>
        BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan((page * PageSize) + (index * sizeof(ulong))), entry);
}
