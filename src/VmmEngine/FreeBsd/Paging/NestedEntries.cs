using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <summary>The nested page-table entries on the way to a guest-physical address, as a processor of AMD's make would have them for a VM's memory map.</summary>
/// <remarks>
/// No back end of this engine has such tables of its own. What they would say follows from the map: an entry is present if anything below it is mapped.
/// Where tables and pages lie in the host is not the engine's to know, so a leaf has its page's offset in the memory segment for an address, and
/// the entries above it have none.
/// </remarks>
internal static unsafe class NestedEntries
{
    private const ulong Present = 1 << 0;
    private const ulong Writable = 1 << 1;
    private const ulong User = 1 << 2;
    private const ulong NoExecute = 1UL << 63;
    private const int Levels = 4;
    private const int RootShift = 39;
    private const int LevelBits = 9;
    private const int AddressBits = RootShift + LevelBits;
    private const ulong PageMask = ~(HostMemory.PageSize - 1);

    /// <summary>Writes the entries that are present, from the root down.</summary>
    public static void Collect(MemoryMap map, ref vm_gpa_pte argument)
    {
        MemoryMarshal.CreateSpan(ref argument.pte[0], Levels).Clear();
        argument.ptenum = 0;
        ulong page = argument.gpa & PageMask;
        if (argument.gpa >> AddressBits != 0)
        {
            return;
        }

        for (int shift = RootShift; argument.ptenum < Levels - 1; shift -= LevelBits)
        {
            if (!map.Overlaps(page >> shift << shift, 1UL << shift))
            {
                return;
            }

            argument.pte[argument.ptenum++] = Present | Writable | User;
        }

        if (map.TryFind(new Gpa(page), out MemoryMapping? mapping))
        {
            argument.pte[argument.ptenum++] = Leaf(mapping, page);
        }
    }

    private static ulong Leaf(MemoryMapping mapping, ulong page) =>
        (mapping.Offset + page - mapping.Address)
        | Present | User
        | ((mapping.Protection & MemoryProtection.Write) != 0 ? Writable : 0)
        | ((mapping.Protection & MemoryProtection.Execute) != 0 ? 0 : NoExecute);
}
