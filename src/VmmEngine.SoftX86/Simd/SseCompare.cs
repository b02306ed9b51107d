namespace VmmEngine.SoftX86;

/// <summary>CMPPS and its relatives, whose predicate is the immediate, and the comparisons that set EFLAGS.</summary>
internal static unsafe class SseCompare
{
    private const ulong Carry = 1, Parity = 4, Zero = 0x40;

    public static Step Singles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CompareSingles(cpu, op, d, s, 4);

    public static Step Single(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CompareSingles(cpu, op, d, s, 1);

    public static Step Doubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CompareDoubles(cpu, op, d, s, 2);

    public static Step Double(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CompareDoubles(cpu, op, d, s, 1);

    public static Step Comiss(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlagsBySingle(cpu, d, s, true);

    public static Step Ucomiss(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlagsBySingle(cpu, d, s, false);

    public static Step Comisd(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlagsByDouble(cpu, d, s, true);

    public static Step Ucomisd(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetFlagsByDouble(cpu, d, s, false);

    /// <summary>The flags of an order: all cleared but ZF, PF and CF (SDM volume 2, COMISS).</summary>
    public static ulong FlagsOf(FloatOrder order) => order switch
    {
        FloatOrder.Less => Carry,
        FloatOrder.Equal => Zero,
        FloatOrder.Greater => 0,
        _ => Zero | Parity | Carry,
    };

    private static Step CompareSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s, int count)
    {
        uint* left = (uint*)d, right = (uint*)s;
        uint* results = stackalloc uint[4];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        for (int i = 0; i < count; i++)
        {
            FloatNumber a = FloatEncoding.FromSingle(left[i], context.DenormalsAreZero);
            FloatNumber b = FloatEncoding.FromSingle(right[i], context.DenormalsAreZero);
            results[i] = Holds(ref context, (int)op->Immediate & 7, a, b) ? uint.MaxValue : 0;
        }

        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        new ReadOnlySpan<uint>(results, count).CopyTo(new Span<uint>(d, count));
        return Step.Next;
    }

    private static Step CompareDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s, int count)
    {
        ulong* left = (ulong*)d, right = (ulong*)s;
        ulong* results = stackalloc ulong[2];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        for (int i = 0; i < count; i++)
        {
            FloatNumber a = FloatEncoding.FromDouble(left[i], context.DenormalsAreZero);
            FloatNumber b = FloatEncoding.FromDouble(right[i], context.DenormalsAreZero);
            results[i] = Holds(ref context, (int)op->Immediate & 7, a, b) ? ulong.MaxValue : 0;
        }

        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        new ReadOnlySpan<ulong>(results, count).CopyTo(new Span<ulong>(d, count));
        return Step.Next;
    }

    /// <summary>EQ LT LE UNORD and their complements; bit 2 complements. Bits above are ignored without AVX.</summary>
    private static bool Holds(ref FloatContext context, int predicate, in FloatNumber left, in FloatNumber right)
    {
        int relation = predicate & 3;
        FloatOrder order = relation is 1 or 2
            ? FloatComparison.Signaling(ref context, left, right)
            : FloatComparison.Quiet(ref context, left, right);
        bool holds = relation switch
        {
            0 => order == FloatOrder.Equal,
            1 => order == FloatOrder.Less,
            2 => order is FloatOrder.Less or FloatOrder.Equal,
            _ => order == FloatOrder.Unordered,
        };
        return holds != (predicate > 3);
    }

    private static Step SetFlagsBySingle(Cpu* cpu, byte* d, byte* s, bool signaling)
    {
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        FloatNumber left = FloatEncoding.FromSingle(*(uint*)d, context.DenormalsAreZero);
        return SetFlags(cpu, context, left, FloatEncoding.FromSingle(*(uint*)s, context.DenormalsAreZero), signaling);
    }

    private static Step SetFlagsByDouble(Cpu* cpu, byte* d, byte* s, bool signaling)
    {
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        FloatNumber left = FloatEncoding.FromDouble(*(ulong*)d, context.DenormalsAreZero);
        return SetFlags(cpu, context, left, FloatEncoding.FromDouble(*(ulong*)s, context.DenormalsAreZero), signaling);
    }

    private static Step SetFlags(Cpu* cpu, FloatContext context, in FloatNumber left, in FloatNumber right, bool signaling)
    {
        FloatOrder order = signaling ? FloatComparison.Signaling(ref context, left, right) : FloatComparison.Quiet(ref context, left, right);
        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        cpu->FlagKind = FlagKind.None;
        cpu->Rflags = (cpu->Rflags & ~StatusFlags.All) | FlagsOf(order);
        return Step.Next;
    }
}
