namespace VmmEngine.SoftX86;

/// <summary>Conversions to integers: rounded as MXCSR says, or truncated (the forms with a second T). Out of range gives the integer indefinite.</summary>
internal static unsafe class SseToInteger
{
    public static Step Singles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromSingles(cpu, d, s, 4, false);

    public static Step SinglesTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromSingles(cpu, d, s, 4, true);

    /// <summary>CVTPS2PI.</summary>
    public static Step TwoSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromSingles(cpu, d, s, 2, false);

    public static Step TwoSinglesTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromSingles(cpu, d, s, 2, true);

    /// <summary>CVTPD2DQ: the upper half is cleared.</summary>
    public static Step Doubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromDoubles(cpu, d, s, 4, false);

    public static Step DoublesTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromDoubles(cpu, d, s, 4, true);

    /// <summary>CVTPD2PI: into 8 bytes.</summary>
    public static Step DoublesToMmx(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromDoubles(cpu, d, s, 2, false);

    public static Step DoublesToMmxTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FromDoubles(cpu, d, s, 2, true);

    public static Step SingleToDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, false, 32, false);

    public static Step SingleToQuadword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, false, 64, false);

    public static Step SingleToDoublewordTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, false, 32, true);

    public static Step SingleToQuadwordTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, false, 64, true);

    public static Step DoubleToDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, true, 32, false);

    public static Step DoubleToQuadword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, true, 64, false);

    public static Step DoubleToDoublewordTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, true, 32, true);

    public static Step DoubleToQuadwordTruncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Scalar(cpu, d, s, true, 64, true);

    private static Step FromSingles(Cpu* cpu, byte* d, byte* s, int count, bool truncate)
    {
        int* results = stackalloc int[4];
        FloatContext context = Context(cpu, truncate);
        for (int i = 0; i < count; i++)
        {
            FloatNumber value = FloatEncoding.FromSingle(((uint*)s)[i], context.DenormalsAreZero);
            results[i] = (int)FloatConversion.ToInteger(ref context, value, 32);
        }

        return Finish(cpu, context, d, results, count);
    }

    private static Step FromDoubles(Cpu* cpu, byte* d, byte* s, int written, bool truncate)
    {
        int* results = stackalloc int[4] { 0, 0, 0, 0 };
        FloatContext context = Context(cpu, truncate);
        for (int i = 0; i < 2; i++)
        {
            FloatNumber value = FloatEncoding.FromDouble(((ulong*)s)[i], context.DenormalsAreZero);
            results[i] = (int)FloatConversion.ToInteger(ref context, value, 32);
        }

        return Finish(cpu, context, d, results, written);
    }

    private static Step Scalar(Cpu* cpu, byte* d, byte* s, bool isDouble, int bits, bool truncate)
    {
        FloatContext context = Context(cpu, truncate);
        FloatNumber value = isDouble
            ? FloatEncoding.FromDouble(*(ulong*)s, context.DenormalsAreZero)
            : FloatEncoding.FromSingle(*(uint*)s, context.DenormalsAreZero);
        long result = FloatConversion.ToInteger(ref context, value, bits);
        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        *(ulong*)d = bits == 32 ? (uint)result : (ulong)result;
        return Step.Next;
    }

    private static FloatContext Context(Cpu* cpu, bool truncate)
    {
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.Rounding = truncate ? FloatRounding.Zero : context.Rounding;
        return context;
    }

    private static Step Finish(Cpu* cpu, in FloatContext context, byte* d, int* results, int count)
    {
        if (!Mxcsr.TryRecord(cpu, context))
        {
            return Step.Fault;
        }

        new ReadOnlySpan<int>(results, count).CopyTo(new Span<int>(d, count));
        return Step.Next;
    }
}
