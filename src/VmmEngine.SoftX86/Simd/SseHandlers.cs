using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// The handlers behind the SSE rows of the table, one a kind of operands. They check that SSE may be used, find the
/// memory operand at <see cref="Cpu.EffectiveAddress"/>, and call the row's function, <see cref="MicroOp.Target"/>.
/// </summary>
internal static unsafe class SseHandlers
{
    /// <summary>Both operands are registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Register(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseSse(cpu))
        {
            SimdAccess.RefuseSse(cpu, op);
            return;
        }

        Step step = Function(op)(cpu, op, (byte*)cpu + op->Destination, (byte*)cpu + op->Source);
        if (step != Step.Next)
        {
            SimdAccess.Stop(cpu, op, step);
            return;
        }

        op[1].Handler(cpu, op + 1);
    }

    /// <summary>The second operand is memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseSse(cpu))
        {
            SimdAccess.RefuseSse(cpu, op);
            return;
        }

        ulong linear = cpu->EffectiveAddress;
        if (SimdAccess.IsMisaligned(op, linear))
        {
            SimdAccess.RefuseAlignment(cpu, op);
            return;
        }

        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->ReadTag > Tlb.PageSize - op->Size)
        {
            cpu->ReadMiss(cpu, op, linear);
            return;
        }

        Step step = Function(op)(cpu, op, (byte*)cpu + op->Destination, (byte*)(linear + entry->Addend));
        if (step != Step.Next)
        {
            SimdAccess.Stop(cpu, op, step);
            return;
        }

        op[1].Handler(cpu, op + 1);
    }

    /// <summary>The first operand is memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseSse(cpu))
        {
            SimdAccess.RefuseSse(cpu, op);
            return;
        }

        ulong linear = cpu->EffectiveAddress;
        if (SimdAccess.IsMisaligned(op, linear))
        {
            SimdAccess.RefuseAlignment(cpu, op);
            return;
        }

        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > Tlb.PageSize - op->Size)
        {
            cpu->WriteMiss(cpu, op, linear);
            return;
        }

        _ = Function(op)(cpu, op, (byte*)(linear + entry->Addend), (byte*)cpu + op->Source);
        op[1].Handler(cpu, op + 1);
    }

    private static delegate*<Cpu*, MicroOp*, byte*, byte*, Step> Function(MicroOp* op) =>
        (delegate*<Cpu*, MicroOp*, byte*, byte*, Step>)op->Target;
}
