using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86;

/// <summary>Finds the block at RIP: in the jump cache, among the decoded ones by physical address, or by decoding it.</summary>
internal static unsafe class CodeFinder
{
    /// <summary>Finds or makes the block at RIP. Between blocks, by the vCPU's thread.</summary>
    /// <param name="cpu">The vCPU; its key, code base and code limit are brought up to date.</param>
    /// <param name="translator">Its translator.</param>
    /// <param name="single">The block is to have one instruction.</param>
    /// <returns>The first micro-op; null: the instruction cannot be fetched, and <see cref="Cpu.Outcome"/> says what that means.</returns>
    public static MicroOp* Find(Cpu* cpu, Translator translator, bool single)
    {
        uint key = ModeKey.Of(cpu) | (single ? ModeKey.Single : 0);
        ref TranslatorState state = ref cpu->Translator;
        state.JumpKey = ModeKey.WithGeneration(key, state.Generation);
        if (!TryLocate(cpu, out CodePlace place))
        {
            cpu->Current = null;
            cpu->Outcome = Faults.Protection(cpu);
            return null;
        }

        JumpEntry* entry = JumpCache.Find(state.JumpCache, place.Linear);
        if (entry->Linear == place.Linear && entry->Key == state.JumpKey && !place.CutByLimit && !Block.IsStale(entry->First))
        {
            return entry->First;
        }

        if (!TryResolve(cpu, place.Linear, out place.Physical, out place.Host))
        {
            return null;
        }

        Block* block = place.CutByLimit ? null : FindDecoded(cpu, in place, ModeKey.Content(key));
        if (block == null)
        {
            // Whoever shares the page but not the limit must not get a block that is cut.
            block = translator.Translate(cpu, in place, place.CutByLimit ? key | ModeKey.Single : key, keep: !place.CutByLimit);
        }

        if (block != null && !place.CutByLimit)
        {
            // Translating may have flushed everything, and with that begun a new generation.
            state.JumpKey = ModeKey.WithGeneration(key, state.Generation);
            *entry = new JumpEntry
            {
                Linear = place.Linear,
                Key = state.JumpKey,
                First = Block.First(block),
                Linkable = block->SecondPage == Block.NoPage ? 1u : 0,
            };
        }

        return block == null ? null : Block.First(block);
    }

    /// <summary>Translates a linear address for execution.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">The address.</param>
    /// <param name="physical">Its guest-physical address.</param>
    /// <param name="host">The byte there.</param>
    /// <returns>False: a page fault is recorded, or what is there cannot be executed and an exit is; the outcome is set.</returns>
    public static bool TryResolve(Cpu* cpu, ulong linear, out ulong physical, out byte* host)
    {
        host = null;
        cpu->Current = null;
        if (!Mmu.TryTranslate(cpu, linear, Access.Execute, out physical))
        {
            cpu->Outcome = Step.Fault;
            return false;
        }

        if (physical >> CodeMap.AddressBits == 0 && PhysicalMap.TryHost(cpu, physical, Access.Execute, out host))
        {
            return true;
        }

        *cpu->Exit = new VcpuExit
        {
            Reason = ExitReason.MemoryFault,
            Address = physical,
            LinearAddress = linear,
            Rip = cpu->Rip,
            Detail = (ulong)MemoryProtection.Execute,
        };
        cpu->Outcome = Step.Exit;
        return false;
    }

    /// <summary>The first address of the page behind one.</summary>
    public static ulong NextPage(Cpu* cpu, ulong linear)
    {
        ulong next = (linear & ~GuestPage.OffsetMask) + GuestPage.Size;
        return cpu->Mode == CpuMode.Long64 ? next : (uint)next;
    }

    /// <summary>Forgets all blocks, and where they were found. No micro-op may be executing.</summary>
    public static void FlushBlocks(Cpu* cpu)
    {
        cpu->Translator.Cache->Flush();
        cpu->Translator.Generation++;
    }

    // RIP's linear address, checked; false: #GP.
    private static bool TryLocate(Cpu* cpu, out CodePlace place)
    {
        place = default;
        ref TranslatorState state = ref cpu->Translator;
        ulong rip = cpu->Rip;
        if (cpu->Mode == CpuMode.Long64)
        {
            state.CodeBase = 0;
            state.CodeLimit = ulong.MaxValue;
            place.Linear = rip;
            place.Available = GuestPage.Size - (rip & GuestPage.OffsetMask);
            return Addresses.IsCanonical(rip);
        }

        ref readonly SegmentRegister cs = ref cpu->Segments[SegmentIndex.Cs];
        state.CodeBase = cs.Base;

        // A block found without asking may use the rest of its page: that must be within the limit.
        state.CodeLimit = cs.Limit > GuestPage.Size ? cs.Limit - GuestPage.Size : 0;
        if (rip > cs.Limit)
        {
            return false;
        }

        place.Linear = (uint)(cs.Base + rip);
        ulong inPage = GuestPage.Size - (place.Linear & GuestPage.OffsetMask);
        ulong inSegment = cs.Limit - rip + 1;
        place.CutByLimit = inSegment < inPage;
        place.Available = Math.Min(inPage, inSegment);
        return true;
    }

    private static Block* FindDecoded(Cpu* cpu, in CodePlace place, uint content)
    {
        CodeCache* cache = cpu->Translator.Cache;
        Block* block = cache->Find(place.Physical, Block.NoPage, content);
        if (block != null || !cache->HasCrossing(place.Physical, content))
        {
            return block;
        }

        // Where a block ends that crosses the page is decided by today's translation of the second one. Cannot it be fetched, the translator says so.
        ulong next = NextPage(cpu, place.Linear);
        return Mmu.TryTranslate(cpu, next, Access.Execute, out ulong secondPage) ? cache->Find(place.Physical, secondPage, content) : null;
    }
}
