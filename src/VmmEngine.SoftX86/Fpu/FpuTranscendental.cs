namespace VmmEngine.SoftX86;

/// <summary>
/// The transcendental instructions, by the host's double-precision functions: about 53 significant bits where the processor gives 64. Special values,
/// ranges and exceptions are the processor's; a result that is not exact always counts as inexact.
/// </summary>
internal static unsafe class FpuTranscendental
{
    private const int TooSmall = -34, TooLarge = 63;

    private static readonly FloatNumber s_one = FloatNumber.Finite(false, 0, FloatNumber.IntegerBit);

    public static Step Sine(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Circular(cpu, &Math.Sin, true);

    public static Step Cosine(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Circular(cpu, &Math.Cos, false);

    /// <summary>FSINCOS: the sine in ST(0)'s place, the cosine pushed.</summary>
    public static Step SineAndCosine(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CircularAndPush(cpu, &Math.Sin, &Math.Cos);

    /// <summary>FPTAN: the tangent in ST(0)'s place, 1 pushed.</summary>
    public static Step Tangent(Cpu* cpu, MicroOp* op, byte* d, byte* s) => CircularAndPush(cpu, &Math.Tan, null);

    /// <summary>FPATAN: the angle of the point (ST(0), ST(1)), and a pop.</summary>
    public static Step Arctangent(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithPop(cpu, &Angle);

    /// <summary>FYL2X: ST(1) * log2(ST(0)), and a pop.</summary>
    public static Step Logarithm(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithPop(cpu, &TimesLogarithm);

    /// <summary>FYL2XP1: ST(1) * log2(ST(0) + 1), and a pop.</summary>
    public static Step LogarithmOfSum(Cpu* cpu, MicroOp* op, byte* d, byte* s) => WithPop(cpu, &TimesLogarithmOfSum);

    /// <summary>F2XM1: 2^ST(0) - 1 for -1 to 1; outside the result is undefined.</summary>
    public static Step Exponential(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        if (!TryReadTop(cpu, out FloatNumber value))
        {
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        if (!FpuOperands.TryPropagate(ref context, value, value, out FloatNumber result))
        {
            FloatArithmetic.NoteDenormals(ref context, value, value);
            result = value.Kind == FloatKind.Infinity ? (value.Negative ? s_one with { Negative = true } : value)
                : value.Kind == FloatKind.Zero ? value
                : value.Exponent < TooSmall ? Product(ref context, value, Math.Log(2))
                : FromDouble(ref context, ExponentialMinusOne(ToDouble(value) * Math.Log(2)));
        }

        if (FpuExceptions.TryRecord(cpu, context))
        {
            FpuStack.Write(cpu, 0, result);
        }

        return Step.Next;
    }

    private static Step Circular(Cpu* cpu, delegate*<double, double> function, bool odd)
    {
        if (!TryReadTop(cpu, out FloatNumber value) || IsOutOfRange(cpu, value))
        {
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        FloatNumber result = Evaluate(ref context, value, function, odd);
        if (FpuExceptions.TryRecord(cpu, context))
        {
            cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C2);
            FpuStack.Write(cpu, 0, result);
        }

        return Step.Next;
    }

    private static Step CircularAndPush(Cpu* cpu, delegate*<double, double> first, delegate*<double, double> second)
    {
        bool empty = FpuStack.IsEmpty(cpu, 0);
        if (empty || !FpuStack.IsEmpty(cpu, 7))
        {
            if (FpuExceptions.TryStackFault(cpu, !empty))
            {
                cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C2);
                PutPair(cpu, FloatNumber.Indefinite, FloatNumber.Indefinite);
            }

            return Step.Next;
        }

        FloatNumber value = FpuStack.Read(cpu, 0);
        if (IsOutOfRange(cpu, value))
        {
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        FloatNumber result = Evaluate(ref context, value, first, true);
        FloatNumber pushed = value.Kind >= FloatKind.Infinity ? result : second != null ? Evaluate(ref context, value, second, false) : s_one;
        if (FpuExceptions.TryRecord(cpu, context))
        {
            cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C2);
            PutPair(cpu, result, pushed);
        }

        return Step.Next;
    }

    /// <summary>Angles from 2^63 on are not reduced: C2 is set, and nothing else happens.</summary>
    private static bool IsOutOfRange(Cpu* cpu, in FloatNumber value)
    {
        bool outside = value.Kind == FloatKind.Finite && value.Exponent >= TooLarge;
        if (outside)
        {
            cpu->Fpu.Status = (ushort)((cpu->Fpu.Status & ~FpuStatus.C1) | FpuStatus.C2);
        }

        return outside;
    }

    private static FloatNumber Evaluate(ref FloatContext context, in FloatNumber value, delegate*<double, double> function, bool odd)
    {
        if (FpuOperands.TryPropagate(ref context, value, value, out FloatNumber nan))
        {
            return nan;
        }

        if (value.Kind == FloatKind.Infinity)
        {
            return FloatArithmetic.Invalid(ref context);
        }

        FloatArithmetic.NoteDenormals(ref context, value, value);
        if (value.Kind == FloatKind.Zero)
        {
            return odd ? value : s_one;
        }

        context.Flags |= FloatFlags.Precision;
        return value.Exponent < TooSmall ? (odd ? value : s_one) : FromDouble(ref context, function(ToDouble(value)));
    }

    private static Step WithPop(Cpu* cpu, delegate*<ref FloatContext, in FloatNumber, in FloatNumber, FloatNumber> function)
    {
        FloatNumber first = FpuStack.Read(cpu, 0), second = FpuStack.Read(cpu, 1), result = FloatNumber.Indefinite;
        if (FpuStack.IsEmpty(cpu, 0) || FpuStack.IsEmpty(cpu, 1))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return Step.Next;
            }
        }
        else
        {
            FloatContext context = FpuExceptions.Extended(cpu);
            if (!FpuOperands.TryPropagate(ref context, first, second, out result))
            {
                result = function(ref context, first, second);
            }

            if (!FpuExceptions.TryRecord(cpu, context))
            {
                return Step.Next;
            }
        }

        FpuStack.Write(cpu, 1, result);
        FpuStack.Pop(cpu);
        return Step.Next;
    }

    private static FloatNumber Angle(ref FloatContext context, in FloatNumber x, in FloatNumber y)
    {
        FloatArithmetic.NoteDenormals(ref context, x, y);
        if (x.Kind == FloatKind.Finite && y.Kind == FloatKind.Finite)
        {
            context.Flags |= FloatFlags.Precision;
            if (!x.Negative && y.Exponent - x.Exponent < TooSmall)
            {
                return FloatArithmetic.Divide(ref context, y with { Denormal = false }, x with { Denormal = false });
            }

            // Only the ratio matters: exponents that a double can hold.
            int scale = Math.Max(x.Exponent, y.Exponent);
            return FromDouble(ref context, Math.Atan2(ToDouble(y with { Exponent = y.Exponent - scale }), ToDouble(x with { Exponent = x.Exponent - scale })));
        }

        return FromDouble(ref context, Math.Atan2(ToDouble(y), ToDouble(x)));
    }

    private static FloatNumber TimesLogarithm(ref FloatContext context, in FloatNumber x, in FloatNumber y)
    {
        if (x.Negative && x.Kind != FloatKind.Zero)
        {
            return FloatArithmetic.Invalid(ref context);
        }

        if (x.Kind == FloatKind.Zero)
        {
            if (y.Kind == FloatKind.Zero)
            {
                return FloatArithmetic.Invalid(ref context);
            }

            context.Flags |= y.Kind == FloatKind.Infinity ? 0 : FloatFlags.ZeroDivide;
            return FloatNumber.Infinity(!y.Negative);
        }

        if (x.Kind == FloatKind.Infinity)
        {
            return FloatArithmetic.Multiply(ref context, FloatNumber.Infinity(false), y);
        }

        FloatArithmetic.NoteDenormals(ref context, x, x);
        double logarithm = x.Exponent + Math.Log2(ToDouble(x with { Exponent = 0 }));
        return Product(ref context, y, logarithm);
    }

    private static FloatNumber TimesLogarithmOfSum(ref FloatContext context, in FloatNumber x, in FloatNumber y)
    {
        if (x.Kind != FloatKind.Finite)
        {
            return x is { Kind: FloatKind.Infinity, Negative: true }
                ? FloatArithmetic.Invalid(ref context)
                : FloatArithmetic.Multiply(ref context, x, y);
        }

        FloatArithmetic.NoteDenormals(ref context, x, x);
        if (x.Exponent < TooSmall)
        {
            FloatNumber small = Product(ref context, x with { Denormal = false }, 1 / Math.Log(2));
            return FloatArithmetic.Multiply(ref context, small, y);
        }

        double value = ToDouble(x);
        return value <= -1 ? FloatArithmetic.Invalid(ref context) : Product(ref context, y, LogarithmOfOnePlus(value) / Math.Log(2));
    }

    /// <summary>e^x - 1 without cancellation (Kahan): the error of the rounded exponential is divided out again.</summary>
    private static double ExponentialMinusOne(double x)
    {
        double exponential = Math.Exp(x);
        return exponential == 1 ? x : (exponential - 1) * x / Math.Log(exponential);
    }

    /// <summary>ln(1 + x), by the same device.</summary>
    private static double LogarithmOfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    /// <summary>A number times a double; inexact unless one of them is zero or infinite.</summary>
    private static FloatNumber Product(ref FloatContext context, in FloatNumber value, double factor)
    {
        FloatNumber right = FloatEncoding.FromDouble(BitConverter.DoubleToUInt64Bits(factor), false);
        FloatNumber result = FloatArithmetic.Multiply(ref context, value, right);
        context.Flags |= result.Kind == FloatKind.Finite && Math.Round(factor) != factor ? FloatFlags.Precision : 0;
        return result;
    }

    private static double ToDouble(in FloatNumber value)
    {
        FloatContext context = default;
        context.Masks = FloatFlags.All;
        context.UseDouble();
        return BitConverter.UInt64BitsToDouble(FloatEncoding.ToDouble(FloatConversion.Narrow(ref context, value)));
    }

    private static FloatNumber FromDouble(ref FloatContext context, double value)
    {
        FloatNumber result = FloatEncoding.FromDouble(BitConverter.DoubleToUInt64Bits(value), false);
        context.Flags |= result.Kind == FloatKind.Finite ? FloatFlags.Precision : 0;
        result.Denormal = false;
        return result;
    }

    private static bool TryReadTop(Cpu* cpu, out FloatNumber value)
    {
        value = FpuStack.Read(cpu, 0);
        if (!FpuStack.IsEmpty(cpu, 0))
        {
            return true;
        }

        if (FpuExceptions.TryStackFault(cpu, false))
        {
            FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
        }

        return false;
    }

    private static void PutPair(Cpu* cpu, in FloatNumber first, in FloatNumber pushed)
    {
        FpuStack.Write(cpu, 0, first);
        FpuStack.Rotate(cpu, -1);
        FpuStack.Write(cpu, 0, pushed);
    }
}
