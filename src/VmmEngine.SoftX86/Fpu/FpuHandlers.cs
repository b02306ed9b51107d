using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// Handlers of the x87 rows. They raise #NM while CR0.EM or CR0.TS is set and #MF for an error that an earlier instruction left behind, and note the
/// addresses that FNSTENV and FXSAVE report. The row's functions raise nothing themselves: their exceptions wait in the status word.
/// </summary>
/// <remarks>CR0.NE = 0, which asks for interrupt 13 instead of #MF, is taken as 1.</remarks>
internal static unsafe class FpuHandlers
{
    /// <summary>No operand in memory. ST(i) operands are numbers in the micro-op, not pointers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Register(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseMmx(cpu))
        {
            SimdAccess.RefuseX87(cpu, op);
            return;
        }

        cpu->Fpu.InstructionPointer = cpu->BlockRip + op->Offset;
        _ = Function(op)(cpu, op, null, null);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>The operand is read from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseMmx(cpu))
        {
            SimdAccess.RefuseX87(cpu, op);
            return;
        }

        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->ReadTag > Tlb.PageSize - op->Size)
        {
            cpu->ReadMiss(cpu, op, linear);
            return;
        }

        NoteOperand(cpu, op, linear);
        _ = Function(op)(cpu, op, null, (byte*)(linear + entry->Addend));
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>The operand is written to memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseMmx(cpu))
        {
            SimdAccess.RefuseX87(cpu, op);
            return;
        }

        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > Tlb.PageSize - op->Size)
        {
            cpu->WriteMiss(cpu, op, linear);
            return;
        }

        NoteOperand(cpu, op, linear);
        _ = Function(op)(cpu, op, (byte*)(linear + entry->Addend), null);
        op[1].Handler(cpu, op + 1);
    }

    private static void NoteOperand(Cpu* cpu, MicroOp* op, ulong linear)
    {
        cpu->Fpu.InstructionPointer = cpu->BlockRip + op->Offset;
        cpu->Fpu.DataPointer = linear;
    }

    private static delegate*<Cpu*, MicroOp*, byte*, byte*, Step> Function(MicroOp* op) =>
        (delegate*<Cpu*, MicroOp*, byte*, byte*, Step>)op->Target;
}
