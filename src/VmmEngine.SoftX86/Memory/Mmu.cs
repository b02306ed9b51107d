using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>Makes and flushes a vCPU's translation caches, and translates addresses for others. All by the vCPU's own thread, or while it is frozen.</summary>
internal static unsafe class Mmu
{
    private const int PrivilegeCount = 3;

    // Cache lines do not share entries, and a bounce keeps the guest's alignment.
    private const nuint Alignment = 64;

    private const ulong PagingCr0 = Cr0Bits.ProtectionEnable | Cr0Bits.WriteProtect | Cr0Bits.Paging;

    private const ulong PagingCr4 = Cr4Bits.PageSizeExtensions | Cr4Bits.PhysicalAddressExtension | Cr4Bits.PageGlobal
        | Cr4Bits.SupervisorExecutionPrevention | Cr4Bits.SupervisorAccessPrevention;

    private const ulong PagingEfer = EferBits.LongModeActive | EferBits.NoExecute;

    /// <summary>Gives a vCPU its caches and its miss paths.</summary>
    /// <returns>False: the host has no memory; nothing is changed.</returns>
    public static bool Create(Cpu* cpu, PhysicalMap* physical)
    {
        nuint tables = (nuint)(PrivilegeCount * Tlb.Entries * sizeof(TlbEntry));
        nuint caches = Round((nuint)(PrivilegeCount * sizeof(TranslationCache)));
        nuint fetches = (nuint)(FetchEntry.Count * sizeof(FetchEntry));
        nuint size = tables + caches + fetches + Round((nuint)sizeof(MmioState));
        byte* block;
        try
        {
            block = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }

        NativeMemory.Clear(block, size);
        cpu->Mmu = new MmuState
        {
            // The block starts with the tables: Destroy frees it by the first one's address.
            Caches = (TranslationCache*)(block + tables),
            Fetches = (FetchEntry*)(block + tables + caches),
            Mmio = (MmioState*)(block + tables + caches + fetches),
            FetchGeneration = 1,
            Physical = physical,
            ControlBits = ulong.MaxValue,
        };
        for (int i = 0; i < PrivilegeCount; i++)
        {
            TranslationCache.Initialize(cpu->Mmu.Caches + i, (TlbEntry*)block + (i * Tlb.Entries), (Privilege)i);
        }

        cpu->ReadMiss = &Misses.Read;
        cpu->WriteMiss = &Misses.Write;
        cpu->ModifyMiss = &Misses.Modify;
        SelectCache(cpu);
        return true;
    }

    /// <summary>Gives the caches back.</summary>
    public static void Destroy(Cpu* cpu)
    {
        if (cpu->Mmu.Caches != null)
        {
            NativeMemory.AlignedFree(cpu->Mmu.Caches->Entries);
            cpu->Mmu = default;
            cpu->Tlb = null;
        }
    }

    /// <summary>
    /// Makes the cache of the current privilege the one that handlers use: to be called after anything that changes CPL, CR0, CR4, EFER, or
    /// RFLAGS.AC while SMAP is on. Flushes everything if paging itself has changed.
    /// </summary>
    public static void SelectCache(Cpu* cpu)
    {
        ulong bits = (cpu->Cr0 & PagingCr0) | ((cpu->Cr4 & PagingCr4) << 32) | ((cpu->Efer & PagingEfer) << 1);
        if (bits != cpu->Mmu.ControlBits)
        {
            cpu->Mmu.ControlBits = bits;
            cpu->Mmu.Paging = ModeOf(cpu);
            FlushAll(cpu);
        }

        bool prevention = (cpu->Cr4 & Cr4Bits.SupervisorAccessPrevention) != 0;
        Privilege privilege = cpu->Cpl == 3 ? Privilege.User
            : prevention && (cpu->Rflags & FlagBits.AlignmentCheck) == 0 ? Privilege.Guarded : Privilege.Supervisor;
        cpu->Mmu.System = cpu->Mmu.Caches + (int)(prevention ? Privilege.Guarded : Privilege.Supervisor);
        TranslationCache* active = cpu->Mmu.Caches + (int)privilege;
        if (active != cpu->Mmu.Active)
        {
            cpu->Mmu.Active = active;
            cpu->Tlb = active->Entries;
            cpu->Translator.Generation++;
        }
    }

    /// <summary>MOV CR3, and every other load of it: in PAE mode it loads the four directory pointers too.</summary>
    /// <returns><see cref="Step.Next"/>, or a recorded #GP(0), with nothing changed.</returns>
    public static Step LoadCr3(Cpu* cpu, ulong value)
    {
        if (cpu->Mmu.Paging == PagingMode.Pae && !DirectoryPointers.TryLoad(cpu, value))
        {
            return Faults.Protection(cpu);
        }

        cpu->Cr3 = value;
        FlushNonGlobal(cpu);
        return Step.Next;
    }

    /// <summary>
    /// After a MOV to CR0 or CR4 that has already put the new value there: takes up paging as it is now. A change of CR0.PG, CR0.CD, CR0.NW,
    /// CR4.PAE, CR4.PGE, CR4.PSE or CR4.SMEP that leaves PAE paging on reloads the directory pointers.
    /// </summary>
    /// <returns><see cref="Step.Next"/>, or a recorded #GP(0); the caller then puts the old value back and calls this again.</returns>
    public static Step PagingChanged(Cpu* cpu)
    {
        if (ModeOf(cpu) == PagingMode.Pae && !DirectoryPointers.TryLoad(cpu, cpu->Cr3))
        {
            return Faults.Protection(cpu);
        }

        cpu->Mmu.ControlBits = ulong.MaxValue;
        SelectCache(cpu);
        return Step.Next;
    }

    /// <summary>Takes over control registers that were written from outside: directory pointers that no processor loads count as absent.</summary>
    public static void StateReplaced(Cpu* cpu)
    {
        if (ModeOf(cpu) == PagingMode.Pae && !DirectoryPointers.TryLoad(cpu, cpu->Cr3))
        {
            DirectoryPointers.Clear(cpu);
        }

        cpu->Mmu.ControlBits = ulong.MaxValue;
        SelectCache(cpu);
    }

    /// <summary>Forgets all translations, and where memory is.</summary>
    public static void FlushAll(Cpu* cpu)
    {
        cpu->Mmu.LastRegion = null;
        Flush(cpu, keepGlobal: false);
    }

    /// <summary>Forgets what a load of CR3 makes stale: everything that is not global.</summary>
    public static void FlushNonGlobal(Cpu* cpu) => Flush(cpu, keepGlobal: true);

    /// <summary>INVLPG: forgets the page of an address, global or not.</summary>
    public static void FlushPage(Cpu* cpu, ulong linear)
    {
        for (int i = 0; i < PrivilegeCount; i++)
        {
            TranslationCache.FlushPage(cpu->Mmu.Caches + i, linear);
        }

        Forgotten(cpu);
    }

    /// <summary>A guest-physical page has come to hold decoded code: the next write to it misses.</summary>
    public static void DropWriteTag(Cpu* cpu, ulong physicalPage)
    {
        for (int i = 0; i < PrivilegeCount; i++)
        {
            TranslationCache.DropWriteTags(cpu->Mmu.Caches + i, physicalPage);
        }
    }

    /// <summary>Translates one address as an access of this kind would, accessed and dirty bits included.</summary>
    /// <returns>False: #PF or #GP(0) is recorded.</returns>
    public static bool TryTranslate(Cpu* cpu, ulong linear, Access access, out ulong physical)
    {
        if ((access & Access.Execute) != 0 && FetchEntry.TryFind(cpu, linear, out physical))
        {
            return true;
        }

        if (!IsCanonical(cpu, linear))
        {
            physical = 0;
            Faults.Protection(cpu);
            return false;
        }

        PageWalk walk;
        Privilege privilege = PrivilegeOf(cpu, access);
        bool found = PageWalk.TryTranslate(&walk, cpu, linear, access, privilege);
        physical = walk.Physical;
        if (!found)
        {
            Faults.PageFault(cpu, linear, walk.Error);
        }
        else if ((access & Access.Execute) != 0)
        {
            FetchEntry.Enter(cpu, linear, physical);
        }

        return found;
    }

    /// <summary>How a helper's refused memory access ends the instruction; afterwards it is a fault again.</summary>
    public static Step TakeRefusal(Cpu* cpu)
    {
        Step refusal = cpu->Mmu.Refusal == Step.Exit ? Step.Exit : Step.Fault;
        cpu->Mmu.Refusal = Step.Fault;
        return refusal;
    }

    /// <summary>Whether bits 63 to 47 are equal. Only long mode asks.</summary>
    public static bool IsCanonical(Cpu* cpu, ulong linear)
        => cpu->Mmu.Paging != PagingMode.FourLevel || Addresses.IsCanonical(linear);

    /// <summary>The cache that an access goes through.</summary>
    public static TranslationCache* CacheOf(Cpu* cpu, Access access) => (access & Access.System) != 0 ? cpu->Mmu.System : cpu->Mmu.Active;

    private static Privilege PrivilegeOf(Cpu* cpu, Access access) => CacheOf(cpu, access)->Privilege;

    private static PagingMode ModeOf(Cpu* cpu)
    {
        if ((cpu->Cr0 & (Cr0Bits.Paging | Cr0Bits.ProtectionEnable)) != (Cr0Bits.Paging | Cr0Bits.ProtectionEnable))
        {
            return PagingMode.Flat;
        }

        return (cpu->Efer & EferBits.LongModeActive) != 0 ? PagingMode.FourLevel
            : (cpu->Cr4 & Cr4Bits.PhysicalAddressExtension) != 0 ? PagingMode.Pae : PagingMode.TwoLevel;
    }

    private static void Flush(Cpu* cpu, bool keepGlobal)
    {
        for (int i = 0; i < PrivilegeCount; i++)
        {
            TranslationCache.Flush(cpu->Mmu.Caches + i, keepGlobal);
        }

        Forgotten(cpu);
    }

    private static void Forgotten(Cpu* cpu)
    {
        cpu->Mmu.FetchGeneration++;
        cpu->Translator.Generation++;
    }

    private static nuint Round(nuint size) => (size + Alignment - 1) & ~(Alignment - 1);
}
