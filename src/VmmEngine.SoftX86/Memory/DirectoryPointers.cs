namespace VmmEngine.SoftX86;

/// <summary>The four registers that PAE paging keeps its topmost level in: memory is read when CR3 is loaded, not when it is used.</summary>
internal static unsafe class DirectoryPointers
{
    private const int Count = 4;

    // Bits 1, 2, 5 to 8, and everything above the physical address.
    private const ulong Reserved = 0x1E6 | ~((1UL << PhysicalMap.AddressBits) - 1);

    /// <summary>Reads the pointers that a value of CR3 names.</summary>
    /// <returns>False: a present one has reserved bits set; nothing is changed. A pointer outside memory reads as all ones, and so it has.</returns>
    public static bool TryLoad(Cpu* cpu, ulong cr3)
    {
        ulong* pointers = stackalloc ulong[Count];
        TablePath path = default;
        ulong table = (uint)cr3 & ~0x1Fu;
        for (int i = 0; i < Count; i++)
        {
            pointers[i] = TablePath.ReadWide(&path, cpu, table + ((ulong)i * sizeof(ulong)));
            if ((pointers[i] & PageWalk.Present) != 0 && (pointers[i] & Reserved) != 0)
            {
                return false;
            }
        }

        for (int i = 0; i < Count; i++)
        {
            cpu->Mmu.DirectoryPointers[i] = pointers[i];
        }

        return true;
    }

    /// <summary>Makes all of them absent.</summary>
    public static void Clear(Cpu* cpu)
    {
        for (int i = 0; i < Count; i++)
        {
            cpu->Mmu.DirectoryPointers[i] = 0;
        }
    }
}
