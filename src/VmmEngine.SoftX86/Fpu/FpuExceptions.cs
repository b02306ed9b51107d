namespace VmmEngine.SoftX86;

/// <summary>x87 exceptions: recorded in the status word; one that is not masked waits there for the next x87 instruction, which raises #MF.</summary>
internal static unsafe class FpuExceptions
{
    /// <summary>The rules for results on the stack, at the control word's precision.</summary>
    public static FloatContext Arithmetic(Cpu* cpu)
    {
        FloatContext context = Extended(cpu);
        context.Precision = ((cpu->Fpu.Control >> 8) & 3) switch
        {
            0 => 24,
            2 => 53,
            _ => 64,
        };
        return context;
    }

    /// <summary>The rules for results on the stack that always have the full precision.</summary>
    public static FloatContext Extended(Cpu* cpu)
    {
        FloatContext context = new()
        {
            Rounding = (FloatRounding)((cpu->Fpu.Control >> 10) & 3),
            Masks = (FloatFlags)(cpu->Fpu.Control & FpuStatus.Exceptions),
            WrapsExponent = true,
        };
        context.UseExtended(64);
        return context;
    }

    /// <summary>
    /// Records what an operation met, with C1 telling whether it rounded up. False: an exception of the operands is not masked, and neither the
    /// destination nor TOP may change.
    /// </summary>
    public static bool TryRecord(Cpu* cpu, in FloatContext context)
    {
        FloatFlags flags = context.Flags;
        bool stopped = (flags & FloatFlags.Before & ~context.Masks) != 0;
        flags &= stopped ? FloatFlags.Before : FloatFlags.All;
        bool up = context.RoundedUp && (flags & FloatFlags.Precision) != 0;
        Set(cpu, (int)flags, up);
        return !stopped;
    }

    /// <summary>The same for a result that goes to memory: any exception but an inexact result, unmasked, stops it.</summary>
    public static bool TryRecordStore(Cpu* cpu, in FloatContext context) =>
        TryRecord(cpu, context) & (context.Flags & ~context.Masks & ~FloatFlags.Precision) == 0;

    /// <summary>True if the store that has just been executed has not written its operand. None is executed while an earlier exception waits.</summary>
    public static bool HasKeptBackStore(Cpu* cpu) =>
        (cpu->Fpu.Status & ~cpu->Fpu.Control & FpuStatus.Exceptions & ~(int)FloatFlags.Precision) != 0;

    /// <summary>Records a stack overflow or underflow. False: it is not masked.</summary>
    public static bool TryStackFault(Cpu* cpu, bool overflow)
    {
        Set(cpu, (int)FloatFlags.Invalid | FpuStatus.StackFault, overflow);
        return (cpu->Fpu.Control & (int)FloatFlags.Invalid) != 0;
    }

    /// <summary>Recomputes ES and B after the status or the control word was loaded.</summary>
    public static void Summarize(Cpu* cpu)
    {
        bool pending = (cpu->Fpu.Status & ~cpu->Fpu.Control & FpuStatus.Exceptions) != 0;
        cpu->Fpu.Status = (ushort)((cpu->Fpu.Status & ~(FpuStatus.ErrorSummary | FpuStatus.Busy)) | (pending ? FpuStatus.ErrorSummary | FpuStatus.Busy : 0));
    }

    /// <summary>C3, C2 and C0 of a comparison or classification, C1 cleared or as given.</summary>
    public static void SetConditions(Cpu* cpu, int conditions)
    {
        const int All = FpuStatus.C0 | FpuStatus.C1 | FpuStatus.C2 | FpuStatus.C3;
        cpu->Fpu.Status = (ushort)((cpu->Fpu.Status & ~All) | conditions);
    }

    private static void Set(Cpu* cpu, int flags, bool c1)
    {
        cpu->Fpu.Status = (ushort)((cpu->Fpu.Status & ~FpuStatus.C1) | flags | (c1 ? FpuStatus.C1 : 0));
        if ((flags & ~cpu->Fpu.Control & FpuStatus.Exceptions) != 0)
        {
            cpu->Fpu.Status |= FpuStatus.ErrorSummary | FpuStatus.Busy;
        }
    }
}
