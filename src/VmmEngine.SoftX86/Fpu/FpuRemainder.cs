namespace VmmEngine.SoftX86;

/// <summary>FPREM and FPREM1: exact remainders, at most 63 bits of quotient a time.</summary>
internal static unsafe class FpuRemainder
{
    /// <summary>FPREM: the quotient is truncated.</summary>
    public static Step Truncated(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(cpu, false);

    /// <summary>FPREM1: the quotient is rounded to nearest, as IEEE 754 asks.</summary>
    public static Step Nearest(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Run(cpu, true);

    private static Step Run(Cpu* cpu, bool nearest)
    {
        if (!FpuUnary.TryReadPair(cpu, out FloatNumber dividend, out FloatNumber divisor))
        {
            // No reduction is left unfinished.
            cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C2);
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);

        // Without a quotient C0 and C3 stay.
        int conditions = cpu->Fpu.Status & (FpuStatus.C0 | FpuStatus.C3);
        if (!FpuOperands.TryPropagate(ref context, dividend, divisor, out FloatNumber result))
        {
            result = Remainder(ref context, dividend, divisor, nearest, ref conditions);
        }

        if (FpuExceptions.TryRecord(cpu, context))
        {
            FpuExceptions.SetConditions(cpu, conditions);
            FpuStack.Write(cpu, 0, result);
        }

        return Step.Next;
    }

    private static FloatNumber Remainder(
        ref FloatContext context, in FloatNumber dividend, in FloatNumber divisor, bool nearest, ref int conditions)
    {
        if (dividend.Kind == FloatKind.Infinity || divisor.Kind == FloatKind.Zero)
        {
            return FloatArithmetic.Invalid(ref context);
        }

        conditions = 0;
        FloatArithmetic.NoteDenormals(ref context, dividend, divisor);
        if (dividend.Kind == FloatKind.Zero || divisor.Kind == FloatKind.Infinity)
        {
            return dividend;
        }

        int distance = dividend.Exponent - divisor.Exponent;
        if (distance < -1 || (distance < 0 && !nearest))
        {
            return dividend;
        }

        if (distance >= 64)
        {
            return Partial(ref context, dividend, divisor, distance, out conditions);
        }

        // In units of the smaller exponent; only FPREM1 has a divisor that is the larger one, by one.
        UInt128 unit = distance < 0 ? (UInt128)divisor.Mantissa << 1 : divisor.Mantissa;
        (UInt128 quotient, UInt128 rest) = UInt128.DivRem((UInt128)dividend.Mantissa << Math.Max(distance, 0), unit);
        bool negative = dividend.Negative;
        if (nearest && (rest << 1 > unit || (rest << 1 == unit && !UInt128.IsEvenInteger(quotient))))
        {
            rest = unit - rest;
            quotient++;
            negative = !negative;
        }

        conditions = Conditions((int)(ulong)quotient & 7);
        return rest == 0
            ? FloatNumber.Zero(dividend.Negative)
            : FloatRounder.NormalizeAndRound(ref context, negative, Math.Min(dividend.Exponent, divisor.Exponent) + 64, rest);
    }

    /// <summary>Takes some of the quotient's bits off; C2 says that there are more.</summary>
    private static FloatNumber Partial(
        ref FloatContext context, in FloatNumber dividend, in FloatNumber divisor, int distance, out int conditions)
    {
        int bits = 32 + (distance & 31);
        UInt128 rest = ((UInt128)dividend.Mantissa << bits) % divisor.Mantissa;
        conditions = FpuStatus.C2;
        return rest == 0
            ? FloatNumber.Zero(dividend.Negative)
            : FloatRounder.NormalizeAndRound(ref context, dividend.Negative, dividend.Exponent - bits + 64, rest);
    }

    /// <summary>Bits 2, 1 and 0 of the quotient go to C0, C3 and C1.</summary>
    private static int Conditions(int quotient) =>
        ((quotient & 4) != 0 ? FpuStatus.C0 : 0) | ((quotient & 2) != 0 ? FpuStatus.C3 : 0) | ((quotient & 1) != 0 ? FpuStatus.C1 : 0);
}
