using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>Handlers as they must not be: each breaks one rule.</summary>
internal static unsafe class BadHandlers
{
    /// <summary>Does something behind the next handler, so that it must come back.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void ComesBack(Cpu* cpu, MicroOp* op)
    {
        op[1].Handler(cpu, op + 1);
        cpu->Zero = 0;
    }

    /// <summary>Keeps a value across a call, which takes a register that belongs to the caller.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void SavesARegister(Cpu* cpu, MicroOp* op)
    {
        ulong result = cpu->FlagResult;
        LazyFlags.Materialize(cpu);
        cpu->FlagResult = result;
        op[1].Handler(cpu, op + 1);
    }
}
