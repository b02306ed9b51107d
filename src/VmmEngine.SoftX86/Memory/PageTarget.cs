using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>What lies at a linear address.</summary>
internal enum PageOutcome
{
    /// <summary>Memory that may be used so.</summary>
    Memory,

    /// <summary>No memory: a device, or nothing.</summary>
    Device,

    /// <summary>Memory that the VM's map, not the guest's page tables, forbids to use so.</summary>
    Forbidden,

    /// <summary>The guest's page tables refuse: #PF.</summary>
    PageFault,

    /// <summary>The address is not canonical.</summary>
    NotCanonical,
}

/// <summary>Where an access within one page goes, and how it gets into a translation cache.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PageTarget
{
    /// <summary>The guest-physical address; not set for the two kinds of exception.</summary>
    public ulong Physical;

    /// <summary>The same byte in this process, if there is memory.</summary>
    public byte* Host;

    /// <summary>The error code of a #PF.</summary>
    public uint Error;

    private PageRights _rights;
    private PhysicalRegion* _region;

    /// <summary>Translates, marks the page tables, and looks the memory up.</summary>
    public static PageOutcome Resolve(PageTarget* target, Cpu* cpu, Privilege privilege, ulong linear, Access access)
    {
        if (!Mmu.IsCanonical(cpu, linear))
        {
            return PageOutcome.NotCanonical;
        }

        PageWalk walk;
        if (!PageWalk.TryTranslate(&walk, cpu, linear, access, privilege))
        {
            target->Error = walk.Error;
            return PageOutcome.PageFault;
        }

        target->Physical = walk.Physical;
        target->_rights = walk.Rights;
        target->_region = PhysicalMap.Find(cpu, walk.Physical);
        if (target->_region == null)
        {
            return PageOutcome.Device;
        }

        target->Host = target->_region->Host + (walk.Physical - target->_region->Start);
        return target->_region->Allows(access) ? PageOutcome.Memory : PageOutcome.Forbidden;
    }

    /// <summary>Makes a translation cache able to serve an access to one page.</summary>
    /// <returns>False: it cannot be, by the guest's fault or because the page is not to be used without notice.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryFill(Cpu* cpu, TranslationCache* cache, ulong linear, Access access)
    {
        PageTarget target;
        if (Resolve(&target, cpu, cache->Privilege, linear, access) != PageOutcome.Memory)
        {
            return false;
        }

        ulong page = Tlb.PageOf(linear);
        if (Breakpoints.IsWatched(cpu, page))
        {
            return false;
        }

        ulong none = Tlb.NoTag(Tlb.IndexOf(linear));
        ulong physicalPage = Tlb.PageOf(target.Physical);

        // Only a page whose dirty bit is set already may be written without a walk, and only one whose writes nobody wants to hear of.
        bool writable = (target._rights & PageRights.Dirty) != 0 && target._region->Allows(Access.Write)
            && PageWalk.MayWrite(cpu, target._rights, cache->Privilege) && !CodePages.HasCode(cpu, physicalPage);
        TlbEntry entry = new()
        {
            ReadTag = target._region->Allows(Access.Read) ? page : none,
            WriteTag = writable ? page : none,
            Addend = (ulong)target.Host - linear,
            Physical = physicalPage,
        };
        bool global = (target._rights & PageRights.Global) != 0 && (cpu->Cr4 & Cr4Bits.PageGlobal) != 0;
        bool large = (target._rights & PageRights.Large) != 0;
        TranslationCache.Insert(cache, page, entry, (global ? PageKinds.Global : 0) | (large ? PageKinds.Large : 0));
        return writable || (access & Access.Write) == 0;
    }
}
