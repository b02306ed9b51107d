using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Instructions that leave the guest if a client wants it. They look themselves, so that no other instruction has to.</summary>
internal static unsafe class DebugExits
{
    /// <summary>PAUSE: complete when it leaves, as a hint is.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Pause(Cpu* cpu, MicroOp* op)
    {
        if ((cpu->Translator.Controls & ExitControls.Pause) == 0)
        {
            op[1].Handler(cpu, op + 1);
            return;
        }

        Blocks.Sync(cpu, op);
        Record(cpu, op, ExitReason.Pause);
        cpu->Rip = Addresses.Next(cpu, op);
        cpu->Outcome = Step.Exit;
    }

    /// <summary>INT3. For a client it has not happened: the vCPU stands before it, and whoever set it puts the old byte back.</summary>
    public static Step Int3(Cpu* cpu, MicroOp* op)
    {
        if ((cpu->Translator.Controls & ExitControls.Breakpoint) == 0)
        {
            return SoftwareInterrupts.Int3(cpu, op);
        }

        Record(cpu, op, ExitReason.Breakpoint);
        return Step.Exit;
    }

    private static void Record(Cpu* cpu, MicroOp* op, ExitReason reason) =>
        *cpu->Exit = new VcpuExit { Reason = reason, Rip = cpu->Rip, InstructionLength = op->Length };
}
