using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>What micro-ops and their helpers need to know of the block they are in.</summary>
internal static unsafe class Blocks
{
    /// <summary>
    /// Makes the micro-op's instruction the current one: RIP is its address, and the loop can tell how many instructions came before it. To be called
    /// before <see cref="Cpu.Outcome"/> is set, and before anything that reads RIP.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sync(Cpu* cpu, MicroOp* op)
    {
        cpu->Rip = cpu->BlockRip + op->Offset;
        cpu->Current = op;
    }
}
