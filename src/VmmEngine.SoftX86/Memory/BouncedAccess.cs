using System.Runtime.CompilerServices;
using VmmEngine.Locks;

namespace VmmEngine.SoftX86;

/// <summary>
/// Executes one micro-op whose access no translation cache can serve: page crossings, devices, pages with decoded code, pages that are watched. The ordinary handler does
/// the work, on a copy of the bytes behind a temporary cache entry, so no operation is written twice.
/// </summary>
internal static unsafe class BouncedAccess
{
    // The copy keeps the guest's alignment up to that of the widest operand.
    private const uint AlignmentMask = 15;

    private const uint WidestOperand = 32;

    /// <summary>Executes it.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">The micro-op that missed; nothing of it has happened.</param>
    /// <param name="linear">Its address.</param>
    /// <param name="access">Read, Write or Modify.</param>
    /// <returns>True: go on with the next micro-op. False: the block is over, or <see cref="Cpu.Outcome"/> says why not.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryRun(Cpu* cpu, MicroOp* op, ulong linear, Access access)
    {
        Blocks.Sync(cpu, op);
        if (op->Size is 0 or > (byte)WidestOperand || cpu->Mmu.Mmio->Bouncing || IsServed(cpu, op->Size, linear, access))
        {
            return Leave(cpu, MemoryExits.Failure(cpu, linear, MemoryFailure.InconsistentMicroOp));
        }

        AccessParts parts;
        Step step = AccessParts.Resolve(&parts, cpu, linear, op->Size, access, op->Segment == SegmentIndex.Ss);
        if (step != Step.Next)
        {
            return Leave(cpu, step);
        }

        Breakpoints.Watch(cpu, linear, op->Size, access);
        return parts.Count == 1 && parts[0].Host != null ? RunInPlace(cpu, op, &parts, access)
            : access == Access.Modify && !parts.HasDevice ? RunSplit(cpu, op, &parts)
            : RunOnCopy(cpu, op, &parts, access);
    }

    /// <summary>A read-modify-write across a page border holds a lock of the VM's while it reads, computes and writes.</summary>
    /// <remarks>
    /// So those of several vCPUs are atomic to each other, with LOCK and without: none loses another's update. To an access that stays in one page,
    /// locked or not, it is two accesses: that one may see the first part changed and the second not yet, and may lose its update of a part
    /// between the reading and the writing. A lock that keeps those away too would have to be taken by every access.
    /// </remarks>
    private static bool RunSplit(Cpu* cpu, MicroOp* op, AccessParts* parts)
    {
        ref WordLock split = ref cpu->Mmu.Physical->SplitLock;
        WordLocks<ProcessorAtomics>.Enter(ref split);
        bool continued = RunOnCopy(cpu, op, parts, Access.Modify);
        WordLocks<ProcessorAtomics>.Exit(ref split);
        return continued;
    }

    // A page with decoded code: only this one write may go there, and the translator hears of it.
    private static bool RunInPlace(Cpu* cpu, MicroOp* op, AccessParts* parts, Access access)
    {
        MicroOp copy = *op;
        if ((access & Access.Write) != 0)
        {
            AccessParts.Announce(cpu, (*parts)[0]);
        }

        bool continued = Execute(cpu, op, copy, (*parts)[0].Linear, (*parts)[0].Host);
        return continued && cpu->Outcome == Step.Next;
    }

    private static bool RunOnCopy(Cpu* cpu, MicroOp* op, AccessParts* parts, Access access)
    {
        byte* bytes = cpu->Bounce.Data + ((uint)(*parts)[0].Linear & AlignmentMask);
        if (access != Access.Write)
        {
            Step read = AccessParts.Read(parts, cpu, op, bytes);
            if (read != Step.Next)
            {
                return Leave(cpu, read);
            }
        }

        ProcessorSnapshot before;
        bool mayRepeat = parts->HasDevice && (access & Access.Write) != 0;
        if (mayRepeat)
        {
            ProcessorSnapshot.Take(&before, cpu);
        }

        bool continued = Execute(cpu, op, *op, (*parts)[0].Linear, bytes);
        if (cpu->Outcome is not (Step.Next or Step.EndBlock))
        {
            return false;
        }

        bool isKeptBack = (op->Flags & OpFlags.MayKeepBack) != 0 && FpuExceptions.HasKeptBackStore(cpu);
        if ((access & Access.Write) != 0 && !isKeptBack)
        {
            MmioAccess pending;
            if (mayRepeat && !AccessParts.TryReplayWrites(parts, cpu, bytes, &pending))
            {
                ProcessorSnapshot.Restore(&before, cpu);
                return Leave(cpu, Mmio.Request(cpu, op, pending));
            }

            AccessParts.WriteMemory(parts, cpu, bytes);
        }

        return continued && cpu->Outcome == Step.Next;
    }

    private static bool Execute(Cpu* cpu, MicroOp* op, in MicroOp copy, ulong linear, byte* bytes)
    {
        MmioState* state = cpu->Mmu.Mmio;
        MicroOp* scratch = MmioState.Scratch(state);
        scratch[0] = copy;
        scratch[1].Handler = &Mmio.Stop;
        state->Continued = false;
        cpu->Link = null;

        // The tag is the address itself: an access of any size there matches.
        TlbEntry* entry = Tlb.Find(cpu, linear);
        TlbEntry saved = *entry;
        *entry = new TlbEntry { ReadTag = linear, WriteTag = linear, Addend = (ulong)bytes - linear, Physical = saved.Physical };
        state->Bouncing = true;
        scratch->Handler(cpu, scratch);
        state->Bouncing = false;
        *entry = saved;

        if (cpu->Current == scratch)
        {
            cpu->Current = op;
        }

        if (cpu->Link != null)
        {
            // The links are behind the original.
            cpu->Link = op + (cpu->Link - scratch);
        }

        return state->Continued;
    }

    private static bool IsServed(Cpu* cpu, uint size, ulong linear, Access access)
    {
        TlbEntry* entry = Tlb.Find(cpu, linear);
        return linear - ((access & Access.Write) != 0 ? entry->WriteTag : entry->ReadTag) <= Tlb.PageSize - size;
    }

    private static bool Leave(Cpu* cpu, Step outcome)
    {
        cpu->Outcome = outcome;
        return false;
    }
}
