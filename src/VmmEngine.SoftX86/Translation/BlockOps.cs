using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>The micro-ops that belong to no instruction of the guest's, but to blocks themselves.</summary>
internal static unsafe class BlockOps
{
    /// <summary>Ends a block that no branch ends: its one link follows.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void FallThrough(Cpu* cpu, MicroOp* op) => cpu->Link = op + 1;

    /// <summary>Stands where an instruction was whose bytes have changed.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Stale(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        cpu->Outcome = Step.Again;
    }

    /// <summary>An instruction that does not exist, or that nothing implements.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Undefined(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        cpu->Outcome = Faults.Undefined(cpu);
    }

    /// <summary>An instruction of more than 15 bytes.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void TooLong(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        cpu->Outcome = Faults.Protection(cpu);
    }

    /// <summary>
    /// Makes a block stop at its next instruction: its next one only, because the instruction that executes may have micro-ops left, which are no
    /// places to begin again.
    /// </summary>
    public static void MakeStale(MicroOp* ops, int count)
    {
        ops[0].Handler = &Stale;
        for (int i = 1; i < count; i++)
        {
            if (ops[i].Offset != ops[i - 1].Offset)
            {
                ops[i].Handler = &Stale;
            }
        }
    }
}
