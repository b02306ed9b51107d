using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// Handlers of instructions with an MMX operand. Every one of them makes the x87 stack's top 0 and all its registers valid, and one that is written
/// gets an exponent of all ones (SDM volume 1, 9.5). Loads into an XMM register (CVTPI2PS, CVTPI2PD) touch no MMX register and leave the stack alone.
/// </summary>
internal static unsafe class MmxHandlers
{
    /// <summary>Both operands are registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Register(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, op))
        {
            return;
        }

        if (Execute(cpu, op, (byte*)cpu + op->Destination, (byte*)cpu + op->Source))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>The second operand is memory: 2, 4, 8 or 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, op))
        {
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

        if (ExecuteCopy(cpu, op, (byte*)(linear + entry->Addend)))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>The first operand is memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, op))
        {
            return;
        }

        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > Tlb.PageSize - op->Size)
        {
            cpu->WriteMiss(cpu, op, linear);
            return;
        }

        _ = Function(op)(cpu, op, (byte*)(linear + entry->Addend), (byte*)cpu + op->Source);
        EnterMmx(cpu);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>Top 0, all registers valid.</summary>
    public static void EnterMmx(Cpu* cpu)
    {
        cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.TopMask);
        cpu->Fpu.Tags = FpuStatus.AllValid;
    }

    /// <summary>The functions read 16 bytes, of which memory may have fewer.</summary>
    private static bool ExecuteCopy(Cpu* cpu, MicroOp* op, byte* host)
    {
        UInt128 source = 0;
        Unsafe.CopyBlockUnaligned(&source, host, op->Size);
        return Execute(cpu, op, (byte*)cpu + op->Destination, (byte*)&source);
    }

    private static bool Execute(Cpu* cpu, MicroOp* op, byte* destination, byte* source)
    {
        Step step = Function(op)(cpu, op, destination, source);
        if (step != Step.Next)
        {
            SimdAccess.Stop(cpu, op, step);
            return false;
        }

        bool written = IsMmx(op->Destination);
        if (written)
        {
            ((ulong*)destination)[1] = 0xFFFF;
        }

        if (written || IsMmx(op->Source))
        {
            EnterMmx(cpu);
        }

        return true;
    }

    private static bool MayUse(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseMmx(cpu))
        {
            SimdAccess.RefuseMmx(cpu, op);
            return false;
        }

        if ((IsXmm(op->Destination) || IsXmm(op->Source)) && !SimdAccess.MayUseSse(cpu))
        {
            SimdAccess.RefuseSse(cpu, op);
            return false;
        }

        return true;
    }

    private static bool IsMmx(ushort offset) => (uint)(offset - SimdAccess.MmxBase) < 128;

    private static bool IsXmm(ushort offset) => (uint)(offset - 1024) < 256;

    private static delegate*<Cpu*, MicroOp*, byte*, byte*, Step> Function(MicroOp* op) =>
        (delegate*<Cpu*, MicroOp*, byte*, byte*, Step>)op->Target;
}
