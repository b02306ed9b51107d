using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>LOOP, LOOPE, LOOPNE and JCXZ. The counter is CX, ECX or RCX: <see cref="MicroOp.Size"/> bytes.</summary>
internal static unsafe class CountedJumps
{
    /// <summary>LOOP.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Loop(Cpu* cpu, MicroOp* op) => Choose(cpu, op, Decrement(cpu, op) != 0);

    /// <summary>LOOPE.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void LoopEqual(Cpu* cpu, MicroOp* op)
    {
        Conditions.TryEqual(cpu, out bool equal);
        Choose(cpu, op, Decrement(cpu, op) != 0 && equal);
    }

    /// <summary>LOOPNE.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void LoopNotEqual(Cpu* cpu, MicroOp* op)
    {
        Conditions.TryEqual(cpu, out bool equal);
        Choose(cpu, op, Decrement(cpu, op) != 0 && !equal);
    }

    /// <summary>JCXZ, JECXZ, JRCXZ.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void JumpIfZero(Cpu* cpu, MicroOp* op)
    {
        ulong counter = cpu->General[1];
        Choose(cpu, op, op->Size switch { 2 => (ushort)counter == 0, 4 => (uint)counter == 0, _ => counter == 0 });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Choose(Cpu* cpu, MicroOp* op, bool taken)
    {
        if (taken)
        {
            cpu->Link = op + 1;
            return;
        }

        cpu->Link = op + 2;
    }

    private static ulong Decrement(Cpu* cpu, MicroOp* op)
    {
        switch (op->Size)
        {
            case 2:
                return --*(ushort*)&cpu->General[1];

            case 4:
                cpu->General[1] = (uint)cpu->General[1] - 1;
                return cpu->General[1];

            default:
                return --cpu->General[1];
        }
    }
}
