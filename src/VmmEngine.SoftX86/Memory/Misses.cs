using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// Where handlers go whose access the translation cache cannot serve. Called in tail position through pointers in <see cref="Cpu"/>, and they end in
/// tail position too: in the handler again, which now hits, or in the next one.
/// </summary>
/// <remarks>
/// Methods with locals whose address is taken cannot tail-call, so everything of that kind is behind calls that are not inlined. Pointers, and not
/// direct calls, because an inlined slow path makes its handler save registers that the fast path never uses.
/// </remarks>
internal static unsafe class Misses
{
    /// <summary>A read of <see cref="MicroOp.Size"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(Cpu* cpu, MicroOp* op, ulong linear)
    {
        if (TryFill(cpu, op->Size, linear, Access.Read))
        {
            op->Handler(cpu, op);
            return;
        }

        if (BouncedAccess.TryRun(cpu, op, linear, Access.Read))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>A write of <see cref="MicroOp.Size"/> bytes that does not look at the old ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(Cpu* cpu, MicroOp* op, ulong linear)
    {
        if (TryFill(cpu, op->Size, linear, Access.Write))
        {
            op->Handler(cpu, op);
            return;
        }

        if (BouncedAccess.TryRun(cpu, op, linear, Access.Write))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>A read-modify-write of <see cref="MicroOp.Size"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Modify(Cpu* cpu, MicroOp* op, ulong linear)
    {
        if (TryFill(cpu, op->Size, linear, Access.Modify))
        {
            op->Handler(cpu, op);
            return;
        }

        if (BouncedAccess.TryRun(cpu, op, linear, Access.Modify))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFill(Cpu* cpu, uint size, ulong linear, Access access)
    {
        if ((linear & (Tlb.PageSize - 1)) + size > Tlb.PageSize || cpu->Mmu.Mmio->Bouncing)
        {
            return false;
        }

        TranslationCache* cache = cpu->Mmu.Active;
        TlbEntry* entry = TranslationCache.Find(cache, linear);
        ulong page = Tlb.PageOf(linear);
        ulong tag = (access & Access.Write) != 0 ? entry->WriteTag : entry->ReadTag;

        // A handler that misses what is there accesses more than its micro-op says: filling again would go on for ever.
        return tag != page && (TranslationCache.TryRecall(cache, linear) || PageTarget.TryFill(cpu, cache, linear, access));
    }
}
