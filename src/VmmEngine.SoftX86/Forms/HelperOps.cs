using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Micro-ops that call a method of their own choice, in <see cref="MicroOp.Target"/>.</summary>
internal static unsafe class HelperOps
{
    /// <summary>Calls it and goes on, or ends the run with its step.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Call(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        Step step = ((delegate*<Cpu*, MicroOp*, Step>)op->Target)(cpu, op);
        if (step == Step.Next)
        {
            op[1].Handler(cpu, op + 1);
            return;
        }

        cpu->Outcome = step;
    }

    /// <summary>The same for CPL 0 only; #GP(0) otherwise.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void CallPrivileged(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl == 0)
        {
            Call(cpu, op);
            return;
        }

        Blocks.Sync(cpu, op);
        cpu->Outcome = Faults.Protection(cpu);
    }
}
