using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Instructions that change nothing.</summary>
internal static unsafe class NoOperation
{
    /// <summary>NOP, prefetches; also LFENCE and SFENCE, which order what this interpreter does in order anyway.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Skip(Cpu* cpu, MicroOp* op) => op[1].Handler(cpu, op + 1);

    /// <summary>MFENCE: other vCPUs' threads see the stores before the loads behind it.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Fence(Cpu* cpu, MicroOp* op)
    {
        Interlocked.MemoryBarrier();
        op[1].Handler(cpu, op + 1);
    }
}
