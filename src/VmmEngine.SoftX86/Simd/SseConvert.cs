namespace VmmEngine.SoftX86;

/// <summary>Conversions between singles, doubles and integers. All operands are read, and all exceptions known, before anything is written.</summary>
internal static unsafe class SseConvert
{
    public static Step SinglesToDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Widen(cpu, d, s, 2);

    public static Step SingleToDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Widen(cpu, d, s, 1);

    /// <summary>CVTPD2PS: the upper half of the destination is cleared.</summary>
    public static Step DoublesToSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Narrow(cpu, d, s, 2);

    public static Step DoubleToSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Narrow(cpu, d, s, 1);

    public static Step IntegersToSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromIntegers(cpu, d, s, 4);

    /// <summary>CVTPI2PS: the upper half of the destination stays.</summary>
    public static Step TwoIntegersToSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromIntegers(cpu, d, s, 2);

    /// <summary>CVTDQ2PD, CVTPI2PD: always exact.</summary>
    public static Step IntegersToDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        int low = *(int*)s, high = ((int*)s)[1];
        *(double*)d = low;
        ((double*)d)[1] = high;
        return Step.Next;
    }

    public static Step DoublewordToSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => ToSingle(cpu, d, *(int*)s);

    public static Step QuadwordToSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => ToSingle(cpu, d, *(long*)s);

    public static Step DoublewordToDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => ToDouble(cpu, d, *(int*)s);

    public static Step QuadwordToDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => ToDouble(cpu, d, *(long*)s);

    private static Step Widen(Cpu* cpu, byte* d, byte* s, int count)
    {
        ulong* results = stackalloc ulong[2];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseDouble();
        for (int i = 0; i < count; i++)
        {
            FloatNumber value = FloatEncoding.FromSingle(((uint*)s)[i], context.DenormalsAreZero);
            results[i] = FloatEncoding.ToDouble(FloatConversion.Narrow(ref context, value));
        }

        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        new ReadOnlySpan<ulong>(results, count).CopyTo(new Span<ulong>(d, count));
        return Step.Next;
    }

    private static Step Narrow(Cpu* cpu, byte* d, byte* s, int count)
    {
        uint* results = stackalloc uint[4] { 0, 0, 0, 0 };
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseSingle();
        for (int i = 0; i < count; i++)
        {
            FloatNumber value = FloatEncoding.FromDouble(((ulong*)s)[i], context.DenormalsAreZero);
            results[i] = FloatEncoding.ToSingle(FloatConversion.Narrow(ref context, value));
        }

        return Finish(cpu, context, d, results, count == 2 ? 4 : 1);
    }

    private static Step FromIntegers(Cpu* cpu, byte* d, byte* s, int count)
    {
        uint* results = stackalloc uint[4];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseSingle();
        for (int i = 0; i < count; i++)
        {
            results[i] = FloatEncoding.ToSingle(FloatConversion.FromInteger(ref context, ((int*)s)[i]));
        }

        return Finish(cpu, context, d, results, count);
    }

    private static Step ToSingle(Cpu* cpu, byte* d, long value)
    {
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseSingle();
        uint result = FloatEncoding.ToSingle(FloatConversion.FromInteger(ref context, value));
        return Finish(cpu, context, d, &result, 1);
    }

    private static Step ToDouble(Cpu* cpu, byte* d, long value)
    {
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseDouble();
        ulong result = FloatEncoding.ToDouble(FloatConversion.FromInteger(ref context, value));
        return Finish(cpu, context, d, (uint*)&result, 2);
    }

    private static Step Finish(Cpu* cpu, in FloatContext context, byte* d, uint* results, int count)
    {
        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        new ReadOnlySpan<uint>(results, count).CopyTo(new Span<uint>(d, count));
        return Step.Next;
    }
}
