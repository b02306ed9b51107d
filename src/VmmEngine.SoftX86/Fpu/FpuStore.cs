namespace VmmEngine.SoftX86;

/// <summary>Stores from ST(0). An exception that is not masked leaves memory and stack as they are.</summary>
internal static unsafe class FpuStore
{
    public static Step Single(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        _ = TryNarrow(cpu, d, false);
        return Step.Next;
    }

    public static Step SingleAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryNarrow(cpu, d, false));

    public static Step Double(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        _ = TryNarrow(cpu, d, true);
        return Step.Next;
    }

    public static Step DoubleAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryNarrow(cpu, d, true));

    /// <summary>FSTP m80: a copy.</summary>
    public static Step ExtendedAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        if (!TryReadTop(cpu, out ulong signAndExponent, out ulong mantissa))
        {
            return Step.Next;
        }

        *(ulong*)d = mantissa;
        *(ushort*)(d + 8) = (ushort)signAndExponent;
        return PopIf(cpu, true);
    }

    /// <summary>FST ST(i).</summary>
    public static Step Register(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        _ = TryRegister(cpu, op);
        return Step.Next;
    }

    public static Step RegisterAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryRegister(cpu, op));

    public static Step Word(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        _ = TryInteger(cpu, d, 16);
        return Step.Next;
    }

    public static Step WordAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryInteger(cpu, d, 16));

    public static Step Doubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        _ = TryInteger(cpu, d, 32);
        return Step.Next;
    }

    public static Step DoublewordAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryInteger(cpu, d, 32));

    public static Step QuadwordAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PopIf(cpu, TryInteger(cpu, d, 64));

    /// <summary>FBSTP: 18 decimal digits; beyond that the packed indefinite.</summary>
    public static Step DecimalAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        const long Limit = 1_000_000_000_000_000_000;
        long value = long.MinValue;
        bool negative = false;
        if (FpuStack.IsEmpty(cpu, 0))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return Step.Next;
            }
        }
        else
        {
            FloatNumber number = FpuStack.Read(cpu, 0);
            negative = number.Negative;
            FloatContext context = FpuExceptions.Extended(cpu);
            value = FloatConversion.ToInteger(ref context, number, 64);
            if (value is >= Limit or <= -Limit)
            {
                value = long.MinValue;
                context.Flags = FloatFlags.Invalid;
            }

            if (!FpuExceptions.TryRecordStore(cpu, context))
            {
                return Step.Next;
            }
        }

        WriteDecimal(d, value, negative);
        return PopIf(cpu, true);
    }

    private static void WriteDecimal(byte* d, long value, bool negative)
    {
        if (value == long.MinValue)
        {
            *(ulong*)d = 0xC000_0000_0000_0000;
            *(ushort*)(d + 8) = 0xFFFF;
            return;
        }

        value = Math.Abs(value);
        for (int i = 0; i < 9; i++)
        {
            (value, long pair) = Math.DivRem(value, 100);
            d[i] = (byte)((pair / 10 << 4) | (pair % 10));
        }

        d[9] = negative ? (byte)0x80 : (byte)0;
    }

    private static bool TryNarrow(Cpu* cpu, byte* d, bool isDouble)
    {
        FloatNumber value = FloatNumber.Indefinite;
        if (FpuStack.IsEmpty(cpu, 0))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return false;
            }
        }
        else if (!TryConvert(cpu, isDouble, out value))
        {
            return false;
        }

        if (isDouble)
        {
            *(ulong*)d = FloatEncoding.ToDouble(value);
        }
        else
        {
            *(uint*)d = FloatEncoding.ToSingle(value);
        }

        return true;
    }

    private static bool TryConvert(Cpu* cpu, bool isDouble, out FloatNumber value)
    {
        FloatContext context = FpuExceptions.Extended(cpu);
        context.WrapsExponent = false;
        if (isDouble)
        {
            context.UseDouble();
        }
        else
        {
            context.UseSingle();
        }

        value = FpuStack.Read(cpu, 0);
        value = value.Kind == FloatKind.Unsupported ? FloatArithmetic.Invalid(ref context) : FloatConversion.Narrow(ref context, value);

        // A denormal operand is none of this instruction's exceptions.
        context.Flags &= ~FloatFlags.Denormal;
        return FpuExceptions.TryRecordStore(cpu, context);
    }

    private static bool TryInteger(Cpu* cpu, byte* d, int bits)
    {
        long value = long.MinValue >> (64 - bits);
        if (FpuStack.IsEmpty(cpu, 0))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return false;
            }
        }
        else
        {
            FloatContext context = FpuExceptions.Extended(cpu);
            value = FloatConversion.ToInteger(ref context, FpuStack.Read(cpu, 0), bits);
            if (!FpuExceptions.TryRecordStore(cpu, context))
            {
                return false;
            }
        }

        new ReadOnlySpan<byte>(&value, bits / 8).CopyTo(new Span<byte>(d, bits / 8));
        return true;
    }

    private static bool TryRegister(Cpu* cpu, MicroOp* op)
    {
        if (!TryReadTop(cpu, out ulong signAndExponent, out ulong mantissa))
        {
            return false;
        }

        FpuStack.WriteRaw(cpu, op->Destination, signAndExponent, mantissa);
        return true;
    }

    /// <summary>ST(0) as it is encoded; empty, and masked, the default NaN.</summary>
    private static bool TryReadTop(Cpu* cpu, out ulong signAndExponent, out ulong mantissa)
    {
        ulong* register = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, 0));
        (signAndExponent, mantissa) = (register[1], register[0]);
        if (!FpuStack.IsEmpty(cpu, 0))
        {
            cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C1);
            return true;
        }

        (signAndExponent, mantissa) = FloatEncoding.ToExtended(FloatNumber.Indefinite);
        return FpuExceptions.TryStackFault(cpu, false);
    }

    private static Step PopIf(Cpu* cpu, bool done)
    {
        if (done)
        {
            FpuStack.Pop(cpu);
        }

        return Step.Next;
    }
}
