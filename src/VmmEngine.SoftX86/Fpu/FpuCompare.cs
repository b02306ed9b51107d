namespace VmmEngine.SoftX86;

/// <summary>Comparisons: C3, C2, C0, or EFLAGS. The U forms find a quiet NaN unordered without calling it invalid.</summary>
internal static unsafe class FpuCompare
{
    private const int Unordered = FpuStatus.C0 | FpuStatus.C2 | FpuStatus.C3;

    public static Step Registers(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, op->Source, true, 0);

    public static Step RegistersAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, op->Source, true, 1);

    /// <summary>FCOMPP.</summary>
    public static Step TopTwoAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, 1, true, 2);

    public static Step Quiet(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, op->Source, false, 0);

    public static Step QuietAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, op->Source, false, 1);

    /// <summary>FUCOMPP.</summary>
    public static Step QuietTopTwoAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithRegister(cpu, 1, false, 2);

    public static Step Single(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, FloatEncoding.FromSingle(*(uint*)s, false), true, 0);

    public static Step SingleAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, FloatEncoding.FromSingle(*(uint*)s, false), true, 1);

    public static Step Double(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, FloatEncoding.FromDouble(*(ulong*)s, false), true, 0);

    public static Step DoubleAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, FloatEncoding.FromDouble(*(ulong*)s, false), true, 1);

    public static Step Word(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, Integer(*(short*)s), true, 0);

    public static Step WordAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, Integer(*(short*)s), true, 1);

    public static Step Doubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, Integer(*(int*)s), true, 0);

    public static Step DoublewordAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, Integer(*(int*)s), true, 1);

    /// <summary>FTST.</summary>
    public static Step WithZero(Cpu* cpu, MicroOp* op, byte* d, byte* s) => With(cpu, FloatNumber.Zero(false), true, 0);

    public static Step ToFlags(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlags(cpu, op->Source, true, false);

    public static Step ToFlagsAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlags(cpu, op->Source, true, true);

    public static Step QuietToFlags(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlags(cpu, op->Source, false, false);

    public static Step QuietToFlagsAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlags(cpu, op->Source, false, true);

    /// <summary>FXAM: C1 is the sign, also of an empty register.</summary>
    public static Step Examine(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        FloatNumber value = FpuStack.Read(cpu, 0);
        int kind = FpuStack.IsEmpty(cpu, 0) ? FpuStatus.C3 | FpuStatus.C0 : value.Kind switch
        {
            FloatKind.Unsupported => 0,
            FloatKind.Quiet or FloatKind.Signaling => FpuStatus.C0,
            FloatKind.Infinity => FpuStatus.C2 | FpuStatus.C0,
            FloatKind.Zero => FpuStatus.C3,
            _ => value.Denormal ? FpuStatus.C3 | FpuStatus.C2 : FpuStatus.C2,
        };
        FpuExceptions.SetConditions(cpu, kind | (value.Negative ? FpuStatus.C1 : 0));
        return Step.Next;
    }

    private static FloatNumber Integer(int value)
    {
        FloatContext exact = default;
        exact.UseExtended(64);
        return FloatConversion.FromInteger(ref exact, value);
    }

    private static Step WithRegister(Cpu* cpu, int index, bool signaling, int pops) =>
        FpuStack.IsEmpty(cpu, index) ? Underflow(cpu, pops) : With(cpu, FpuStack.Read(cpu, index), signaling, pops);

    private static Step With(Cpu* cpu, in FloatNumber right, bool signaling, int pops)
    {
        if (FpuStack.IsEmpty(cpu, 0))
        {
            return Underflow(cpu, pops);
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        FloatOrder order = Compare(ref context, FpuStack.Read(cpu, 0), right, signaling);
        return FpuExceptions.TryRecord(cpu, context)
            ? Finish(cpu, order switch
            {
                FloatOrder.Less => FpuStatus.C0,
                FloatOrder.Equal => FpuStatus.C3,
                FloatOrder.Greater => 0,
                _ => Unordered,
            }, pops)
            : Step.Next;
    }

    private static Step Underflow(Cpu* cpu, int pops) => FpuExceptions.TryStackFault(cpu, false) ? Finish(cpu, Unordered, pops) : Step.Next;

    private static Step Finish(Cpu* cpu, int conditions, int pops)
    {
        FpuExceptions.SetConditions(cpu, conditions);
        for (int i = 0; i < pops; i++)
        {
            FpuStack.Pop(cpu);
        }

        return Step.Next;
    }

    private static Step SetFlags(Cpu* cpu, int index, bool signaling, bool pop)
    {
        FloatOrder order = FloatOrder.Unordered;
        if (FpuStack.IsEmpty(cpu, 0) || FpuStack.IsEmpty(cpu, index))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return Step.Next;
            }
        }
        else
        {
            FloatContext context = FpuExceptions.Extended(cpu);
            order = Compare(ref context, FpuStack.Read(cpu, 0), FpuStack.Read(cpu, index), signaling);
            if (!FpuExceptions.TryRecord(cpu, context))
            {
                return Step.Next;
            }
        }

        cpu->FlagKind = FlagKind.None;
        cpu->Rflags = (cpu->Rflags & ~(ulong)StatusFlags.All) | SseCompare.FlagsOf(order);
        if (pop)
        {
            FpuStack.Pop(cpu);
        }

        return Step.Next;
    }

    private static FloatOrder Compare(ref FloatContext context, in FloatNumber left, in FloatNumber right, bool signaling) =>
        signaling ? FloatComparison.Signaling(ref context, left, right) : FloatComparison.Quiet(ref context, left, right);
}
