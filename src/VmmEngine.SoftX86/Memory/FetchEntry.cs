using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>One page's translation for instruction fetches, asked for whenever a block is looked up by a new linear address.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FetchEntry
{
    /// <summary>Entries; a power of two.</summary>
    public const int Count = 256;

    private ulong _page;
    private ulong _physical;
    private ulong _generation;
    private Privilege _privilege;

    /// <summary>Looks a fetch up that has been translated since the last flush, with the same rights.</summary>
    public static bool TryFind(Cpu* cpu, ulong linear, out ulong physical)
    {
        FetchEntry* entry = Of(cpu, linear);
        physical = entry->_physical + (linear & (Tlb.PageSize - 1));
        return entry->_generation == cpu->Mmu.FetchGeneration && entry->_page == Tlb.PageOf(linear) && entry->_privilege == PrivilegeOf(cpu);
    }

    /// <summary>Remembers a translation.</summary>
    public static void Enter(Cpu* cpu, ulong linear, ulong physical) => *Of(cpu, linear) = new FetchEntry
    {
        _page = Tlb.PageOf(linear),
        _physical = Tlb.PageOf(physical),
        _generation = cpu->Mmu.FetchGeneration,
        _privilege = PrivilegeOf(cpu),
    };

    private static FetchEntry* Of(Cpu* cpu, ulong linear) => cpu->Mmu.Fetches + ((linear >> 12) & (Count - 1));

    // SMAP is about data: both supervisors fetch alike.
    private static Privilege PrivilegeOf(Cpu* cpu) => cpu->Cpl == 3 ? Privilege.User : Privilege.Supervisor;
}
