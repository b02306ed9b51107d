using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.Paging;

/// <summary>
/// Walks a guest's page tables from given registers, as the interface defines it: write protection counts also for a supervisor, and
/// neither NX nor CR0.WP, SMEP and SMAP are looked at.
/// </summary>
/// <remarks>The tables are the guest's, which may change them meanwhile: every entry is read once, or replaced by compare and exchange.</remarks>
/// <param name="Map">The guest's memory.</param>
/// <param name="Paging">Where the walk starts.</param>
/// <param name="Access">VM_PROT bits.</param>
/// <param name="MarksEntries">Accessed and dirty bits are set on the way.</param>
internal readonly unsafe record struct PageWalk(MemoryMap Map, vm_guest_paging Paging, int Access, bool MarksEntries)
{
    private const ulong Present = 1;
    private const ulong Writable = 1 << 1;
    private const ulong User = 1 << 2;
    private const ulong Accessed = 1 << 5;
    private const ulong Dirty = 1 << 6;
    private const ulong Large = 1 << 7;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const ulong Address32Mask = 0xFFFF_F000;
    private const int PageShift = 12;
    private const int LargePageShift32 = 22;
    private const int LargestPageShift = 30;
    private const int UserLevel = 3;
    private const int LastPaeTableShift = 30;

    private bool IsWrite => (Access & vm_memory.VM_PROT_WRITE) != 0;

    private MemoryProtection TableAccess => MarksEntries ? MemoryProtection.Read | MemoryProtection.Write : MemoryProtection.Read;

    private bool IsUser => Paging.cpl == UserLevel;

    /// <summary>Translates a linear address.</summary>
    public WalkResult Translate(ulong linear) => Paging.paging_mode switch
    {
        vm_paging_mode.PAGING_MODE_FLAT => WalkResult.At(linear),
        vm_paging_mode.PAGING_MODE_32 => Walk32(linear),
        vm_paging_mode.PAGING_MODE_PAE => WalkPae(linear),
        vm_paging_mode.PAGING_MODE_64 => IsCanonical(linear, 48) ? Walk(Paging.cr3 & AddressMask, 39, linear) : WalkResult.NotCanonical,
        vm_paging_mode.PAGING_MODE_64_LA57 => IsCanonical(linear, 57) ? Walk(Paging.cr3 & AddressMask, 48, linear) : WalkResult.NotCanonical,
        _ => WalkResult.NoMemory,
    };

    private static bool IsCanonical(ulong linear, int bits) => (ulong)((long)(linear << (64 - bits)) >> (64 - bits)) == linear;

    // The pointers of the first level have no rights; the processor keeps its own copies, this walk reads them.
    private WalkResult WalkPae(ulong linear)
    {
        ulong table = Paging.cr3 & 0xFFFF_FFE0;
        ulong address = table + (((linear >> LastPaeTableShift) & 3) * sizeof(ulong));
        if (!Map.TryTranslate(new Gpa(address), sizeof(ulong), TableAccess, out Hva host))
        {
            return WalkResult.NoMemory;
        }

        ulong pointer = Volatile.Read(ref *(ulong*)host.Bytes);
        return (pointer & Present) == 0 ? Fault(isPresent: false) : Walk(pointer & AddressMask, 21, (uint)linear);
    }

    private WalkResult Walk(ulong table, int shift, ulong linear)
    {
        while (true)
        {
            ulong address = table + (((linear >> shift) & 0x1FF) * sizeof(ulong));
            if (!Map.TryTranslate(new Gpa(address), sizeof(ulong), TableAccess, out Hva host))
            {
                return WalkResult.NoMemory;
            }

            ref ulong entry = ref *(ulong*)host.Bytes;
            ulong value = Volatile.Read(ref entry);
            if (!Allows(value))
            {
                return Fault((value & Present) != 0);
            }

            bool isLarge = (value & Large) != 0 && shift > PageShift;
            if (isLarge && shift > LargestPageShift)
            {
                return Fault(isPresent: true, hasReservedBit: true);
            }

            bool isLeaf = isLarge || shift == PageShift;
            ulong marks = MarksFor(isLeaf);
            if ((value & marks) != marks && Interlocked.CompareExchange(ref entry, value | marks, value) != value)
            {
                continue; // the guest has changed it: look again
            }

            if (isLeaf)
            {
                ulong offsets = (1UL << shift) - 1;
                return WalkResult.At((value & AddressMask & ~offsets) | (linear & offsets));
            }

            table = value & AddressMask;
            shift -= 9;
        }
    }

    private WalkResult Walk32(ulong linear)
    {
        ulong table = Paging.cr3 & Address32Mask;
        int shift = LargePageShift32;
        while (true)
        {
            ulong address = table + (((linear >> shift) & 0x3FF) * sizeof(uint));
            if (!Map.TryTranslate(new Gpa(address), sizeof(uint), TableAccess, out Hva host))
            {
                return WalkResult.NoMemory;
            }

            ref uint entry = ref *(uint*)host.Bytes;
            uint value = Volatile.Read(ref entry);
            if (!Allows(value))
            {
                return Fault((value & Present) != 0);
            }

            bool isLeaf = shift == PageShift || (value & Large) != 0;
            uint marks = (uint)MarksFor(isLeaf);
            if ((value & marks) != marks && Interlocked.CompareExchange(ref entry, value | marks, value) != value)
            {
                continue; // as above
            }

            if (isLeaf)
            {
                ulong offsets = (1UL << shift) - 1;
                return WalkResult.At((value & Address32Mask & ~offsets) | (linear & offsets));
            }

            table = value & Address32Mask;
            shift = PageShift;
        }
    }

    private bool Allows(ulong entry) =>
        (entry & Present) != 0 && (!IsUser || (entry & User) != 0) && (!IsWrite || (entry & Writable) != 0);

    private ulong MarksFor(bool isLeaf) => !MarksEntries ? 0 : isLeaf && IsWrite ? Accessed | Dirty : Accessed;

    private WalkResult Fault(bool isPresent, bool hasReservedBit = false) => WalkResult.PageFault(
        (isPresent ? 1u : 0)
        | (IsWrite ? 2u : 0)
        | (IsUser ? 4u : 0)
        | (hasReservedBit ? 8u : 0)
        | ((Access & vm_memory.VM_PROT_EXECUTE) != 0 ? 16u : 0));
}
