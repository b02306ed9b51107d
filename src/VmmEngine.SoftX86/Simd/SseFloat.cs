namespace VmmEngine.SoftX86;

/// <summary>An operation on two elements. Unary operations look at the second one only.</summary>
internal interface IFloatOperation
{
    /// <summary>The operation exactly, with NaNs, denormals and exceptions.</summary>
    static abstract FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right);

    /// <summary>The host's operation; asked only where rounding is to nearest and operands are normal.</summary>
    static abstract double Apply(double left, double right);

    /// <summary>The same in single precision.</summary>
    static abstract float Apply(float left, float right);
}

/// <summary>
/// Runs operations over the elements of vectors under MXCSR. The host's own arithmetic gives the bits whenever the only exception possible is an
/// inexact result that MXCSR has recorded and masked already, which is the usual state of a program that computes; everything else goes through
/// <see cref="FloatArithmetic"/>, so that exceptions are exact on any host.
/// </summary>
internal static unsafe class SseFloat
{
    // RC, PM and PE: round to nearest, inexactness masked and recorded.
    private const uint FastMask = 0x7020, FastState = 0x1020;

    /// <summary><paramref name="count"/> singles.</summary>
    public static Step Singles<TOperation>(Cpu* cpu, byte* destination, byte* source, int count)
        where TOperation : struct, IFloatOperation
    {
        uint* left = (uint*)destination, right = (uint*)source;
        uint* results = stackalloc uint[4];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseSingle();
        bool fast = (cpu->Mxcsr & FastMask) == FastState;
        for (int i = 0; i < count; i++)
        {
            if (fast && IsNormal(left[i]) && IsNormal(right[i]))
            {
                results[i] = BitConverter.SingleToUInt32Bits(
                    TOperation.Apply(BitConverter.UInt32BitsToSingle(left[i]), BitConverter.UInt32BitsToSingle(right[i])));
                if (IsNormal(results[i]))
                {
                    continue;
                }
            }

            FloatNumber a = FloatEncoding.FromSingle(left[i], context.DenormalsAreZero);
            FloatNumber b = FloatEncoding.FromSingle(right[i], context.DenormalsAreZero);
            results[i] = FloatEncoding.ToSingle(TOperation.Apply(ref context, a, b));
        }

        return Mxcsr.TryRecord(cpu, context) ? Copy(results, left, count) : Step.Fault;
    }

    /// <summary><paramref name="count"/> doubles.</summary>
    public static Step Doubles<TOperation>(Cpu* cpu, byte* destination, byte* source, int count)
        where TOperation : struct, IFloatOperation
    {
        ulong* left = (ulong*)destination, right = (ulong*)source;
        ulong* results = stackalloc ulong[2];
        var context = FloatContext.FromMxcsr(cpu->Mxcsr);
        context.UseDouble();
        bool fast = (cpu->Mxcsr & FastMask) == FastState;
        for (int i = 0; i < count; i++)
        {
            if (fast && IsNormal(left[i]) && IsNormal(right[i]))
            {
                results[i] = BitConverter.DoubleToUInt64Bits(
                    TOperation.Apply(BitConverter.UInt64BitsToDouble(left[i]), BitConverter.UInt64BitsToDouble(right[i])));
                if (IsNormal(results[i]))
                {
                    continue;
                }
            }

            FloatNumber a = FloatEncoding.FromDouble(left[i], context.DenormalsAreZero);
            FloatNumber b = FloatEncoding.FromDouble(right[i], context.DenormalsAreZero);
            results[i] = FloatEncoding.ToDouble(TOperation.Apply(ref context, a, b));
        }

        return Mxcsr.TryRecord(cpu, context) ? Copy((uint*)results, (uint*)left, 2 * count) : Step.Fault;
    }

    /// <summary>
    /// SSE's rule for NaN operands: the first one wins, quieted. False: there is none, and the operation is to be done.
    /// </summary>
    public static bool TryPropagate(ref FloatContext context, in FloatNumber left, in FloatNumber right, out FloatNumber result)
    {
        result = left.IsNaN ? left.Quieted() : right.Quieted();
        if (!left.IsNaN && !right.IsNaN)
        {
            return false;
        }

        context.Flags |= left.Kind == FloatKind.Signaling || right.Kind == FloatKind.Signaling ? FloatFlags.Invalid : 0;
        return true;
    }

    /// <summary>Neither zero, denormal, infinite nor NaN, nor next to the denormals, where a result may have been tiny before it was rounded.</summary>
    private static bool IsNormal(uint bits) => ((bits >> 23) & 0xFF) - 2 < 0xFF - 2;

    private static bool IsNormal(ulong bits) => ((bits >> 52) & 0x7FF) - 2 < 0x7FF - 2;

    private static Step Copy(uint* from, uint* to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            to[i] = from[i];
        }

        return Step.Next;
    }
}
