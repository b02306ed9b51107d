namespace VmmEngine.SoftX86;

/// <summary>
/// RCPPS and RSQRTPS. Processors differ in the bits; the architecture asks for a relative error of at most 1.5 * 2^-12, no exceptions, denormals taken
/// as zero and tiny results given as zero. Here the result is the nearest single with 12 bits of mantissa.
/// </summary>
internal static unsafe class SseApproximate
{
    public static Step Reciprocals(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(d, s, 4, &Reciprocal);

    public static Step ReciprocalOfOne(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(d, s, 1, &Reciprocal);

    public static Step RootReciprocals(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(d, s, 4, &RootReciprocal);

    public static Step RootReciprocalOfOne(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(d, s, 1, &RootReciprocal);

    private static Step Run(byte* d, byte* s, int count, delegate*<double, double> function)
    {
        for (int i = 0; i < count; i++)
        {
            ((uint*)d)[i] = Approximate(((uint*)s)[i], function);
        }

        return Step.Next;
    }

    private static double Reciprocal(double value) => 1 / value;

    private static double RootReciprocal(double value) => 1 / Math.Sqrt(value);

    private static uint Approximate(uint bits, delegate*<double, double> function)
    {
        FloatNumber value = FloatEncoding.FromSingle(bits, true);
        if (value.IsNaN)
        {
            return FloatEncoding.ToSingle(value.Quieted());
        }

        double exact = function(BitConverter.UInt32BitsToSingle(value.Kind == FloatKind.Zero ? bits & 0x8000_0000 : bits));
        if (double.IsNaN(exact))
        {
            return FloatEncoding.ToSingle(FloatNumber.Indefinite);
        }

        // Zero's root is a zero of the same sign, so the infinity has the sign of the operand.
        FloatNumber result = FloatEncoding.FromDouble(BitConverter.DoubleToUInt64Bits(exact), true);
        FloatContext context = new() { Precision = 12, MinExponent = -126, MaxExponent = 127, Masks = FloatFlags.All, FlushToZero = true };
        return FloatEncoding.ToSingle(FloatConversion.Narrow(ref context, result));
    }
}
