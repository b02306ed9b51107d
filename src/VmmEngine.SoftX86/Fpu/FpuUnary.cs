namespace VmmEngine.SoftX86;

/// <summary>Exact operations on ST(0), some of them with ST(1).</summary>
internal static unsafe class FpuUnary
{
    public static Step SquareRoot(Cpu* cpu, MicroOp* op, byte* d, byte* s) => One(cpu, FpuExceptions.Arithmetic(cpu), &FloatArithmetic.SquareRoot);

    /// <summary>FRNDINT.</summary>
    public static Step RoundToInteger(Cpu* cpu, MicroOp* op, byte* d, byte* s) => One(cpu, FpuExceptions.Extended(cpu), &Integral);

    /// <summary>FSCALE: ST(0) * 2^(ST(1) truncated).</summary>
    public static Step Scale(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        if (!TryReadPair(cpu, out FloatNumber value, out FloatNumber scale))
        {
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        if (!FpuOperands.TryPropagate(ref context, value, scale, out FloatNumber result))
        {
            result = Scaled(ref context, value, scale);
        }

        if (FpuExceptions.TryRecord(cpu, context))
        {
            FpuStack.Write(cpu, 0, result);
        }

        return Step.Next;
    }

    /// <summary>FXTRACT: the exponent in ST(0)'s place, and the significand pushed.</summary>
    public static Step Extract(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        bool empty = FpuStack.IsEmpty(cpu, 0);
        if (empty || !FpuStack.IsEmpty(cpu, 7))
        {
            if (FpuExceptions.TryStackFault(cpu, !empty))
            {
                Put(cpu, FloatNumber.Indefinite, FloatNumber.Indefinite);
            }

            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        FloatNumber value = FpuStack.Read(cpu, 0), exponent = value, significand = value;
        if (FpuOperands.TryPropagate(ref context, value, value, out FloatNumber nan))
        {
            exponent = significand = nan;
        }
        else if (value.Kind == FloatKind.Zero)
        {
            context.Flags |= FloatFlags.ZeroDivide;
            exponent = FloatNumber.Infinity(true);
        }
        else if (value.Kind == FloatKind.Infinity)
        {
            exponent.Negative = false;
        }
        else
        {
            FloatArithmetic.NoteDenormals(ref context, value, value);
            exponent = FloatConversion.FromInteger(ref context, value.Exponent);
            significand.Exponent = 0;
        }

        if (FpuExceptions.TryRecord(cpu, context))
        {
            Put(cpu, exponent, significand);
        }

        return Step.Next;
    }

    /// <summary>ST(0) and ST(1); one of them empty, ST(0) becomes the default NaN if that is masked, and nothing remains to be done.</summary>
    public static bool TryReadPair(Cpu* cpu, out FloatNumber first, out FloatNumber second)
    {
        first = FpuStack.Read(cpu, 0);
        second = FpuStack.Read(cpu, 1);
        if (!FpuStack.IsEmpty(cpu, 0) && !FpuStack.IsEmpty(cpu, 1))
        {
            return true;
        }

        if (FpuExceptions.TryStackFault(cpu, false))
        {
            FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
        }

        return false;
    }

    private static FloatNumber Integral(ref FloatContext context, in FloatNumber value)
    {
        FloatArithmetic.NoteDenormals(ref context, value, value);
        return FloatConversion.ToIntegral(ref context, value);
    }

    private static Step One(Cpu* cpu, FloatContext context, delegate*<ref FloatContext, in FloatNumber, FloatNumber> function)
    {
        if (FpuStack.IsEmpty(cpu, 0))
        {
            if (FpuExceptions.TryStackFault(cpu, false))
            {
                FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
            }

            return Step.Next;
        }

        FloatNumber value = FpuStack.Read(cpu, 0);
        if (!FpuOperands.TryPropagate(ref context, value, value, out FloatNumber result))
        {
            result = function(ref context, value);
        }

        if (FpuExceptions.TryRecord(cpu, context))
        {
            FpuStack.Write(cpu, 0, result);
        }

        return Step.Next;
    }

    private static FloatNumber Scaled(ref FloatContext context, in FloatNumber value, in FloatNumber scale)
    {
        if (scale.Kind == FloatKind.Infinity)
        {
            if (value.Kind == (scale.Negative ? FloatKind.Infinity : FloatKind.Zero))
            {
                return FloatArithmetic.Invalid(ref context);
            }

            FloatArithmetic.NoteDenormals(ref context, value, value);
            return scale.Negative ? FloatNumber.Zero(value.Negative) : FloatNumber.Infinity(value.Negative);
        }

        FloatArithmetic.NoteDenormals(ref context, value, scale);
        if (value.Kind != FloatKind.Finite || scale.Kind == FloatKind.Zero)
        {
            return value;
        }

        // Beyond 2^16 every result is out of range either way.
        int distance = scale.Exponent > 16 ? 1 << 17 : scale.Exponent < 0 ? 0 : (int)(scale.Mantissa >> (63 - scale.Exponent));
        int exponent = value.Exponent + (scale.Negative ? -distance : distance);
        return FloatRounder.Round(ref context, value.Negative, exponent, new UInt128(value.Mantissa, 0));
    }

    private static void Put(Cpu* cpu, in FloatNumber exponent, in FloatNumber significand)
    {
        FpuStack.Write(cpu, 0, exponent);
        FpuStack.Rotate(cpu, -1);
        FpuStack.Write(cpu, 0, significand);
    }
}
