namespace VmmEngine.SoftX86;

/// <summary>Loads onto the stack. A single or double that is denormal or a signaling NaN raises an exception by being converted.</summary>
internal static unsafe class FpuLoad
{
    public static Step Single(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Converted(cpu, FloatEncoding.FromSingle(*(uint*)s, false));

    public static Step Double(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Converted(cpu, FloatEncoding.FromDouble(*(ulong*)s, false));

    public static Step Extended(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PushRaw(cpu, *(ushort*)(s + 8), *(ulong*)s);

    /// <summary>FLD ST(i).</summary>
    public static Step Register(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        int index = op->Destination;
        if (!FpuStack.IsEmpty(cpu, index))
        {
            ulong* register = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, index));
            return PushRaw(cpu, register[1], register[0]);
        }

        // Nothing to load counts before nowhere to push it.
        if (FpuExceptions.TryStackFault(cpu, false))
        {
            FpuStack.Rotate(cpu, -1);
            FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
        }

        return Step.Next;
    }

    public static Step Word(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Integer(cpu, *(short*)s);

    public static Step Doubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Integer(cpu, *(int*)s);

    public static Step Quadword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Integer(cpu, *(long*)s);

    /// <summary>FBLD: 18 decimal digits and a sign. Digits above 9 count as their value: the architecture leaves them undefined.</summary>
    public static Step Decimal(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        long value = 0;
        for (int i = 8; i >= 0; i--)
        {
            value = (value * 100) + ((s[i] >> 4) * 10) + (s[i] & 15);
        }

        FloatContext exact = FpuExceptions.Extended(cpu);
        FloatNumber number = FloatConversion.FromInteger(ref exact, value);
        number.Negative = (s[9] & 0x80) != 0;
        return Push(cpu, number);
    }

    public static Step One(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PushRaw(cpu, 0x3FFF, FloatNumber.IntegerBit);

    public static Step Zero(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PushRaw(cpu, 0, 0);

    // The constants below have more bits than 64: the rounding control decides the last one, and no exception tells.

    /// <summary>log2(10), which lies just above its first 64 bits.</summary>
    public static Step Log2Of10(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Constant(cpu, 0x4000, 0xD49A_784B_CD1B_8AFE, false);

    /// <summary>log2(e), which lies just below the next 64-bit value.</summary>
    public static Step Log2OfE(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Constant(cpu, 0x3FFF, 0xB8AA_3B29_5C17_F0BB, true);

    public static Step Pi(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Constant(cpu, 0x4000, 0xC90F_DAA2_2168_C234, true);

    public static Step Log10Of2(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Constant(cpu, 0x3FFD, 0x9A20_9A84_FBCF_F798, true);

    public static Step LogOf2(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Constant(cpu, 0x3FFE, 0xB172_17F7_D1CF_79AB, true);

    private static Step Constant(Cpu* cpu, ulong exponent, ulong below, bool nearestIsAbove)
    {
        var rounding = (FloatRounding)((cpu->Fpu.Control >> 10) & 3);
        bool above = rounding == FloatRounding.Up || (rounding == FloatRounding.Nearest && nearestIsAbove);
        return PushRaw(cpu, exponent, above ? below + 1 : below);
    }

    private static Step Integer(Cpu* cpu, long value)
    {
        FloatContext exact = FpuExceptions.Extended(cpu);
        return Push(cpu, FloatConversion.FromInteger(ref exact, value));
    }

    private static Step Converted(Cpu* cpu, in FloatNumber value)
    {
        if (!FpuStack.IsEmpty(cpu, 7))
        {
            FpuStack.Push(cpu, value);
            return Step.Next;
        }

        FloatContext context = FpuExceptions.Extended(cpu);
        FloatNumber converted = FloatConversion.Narrow(ref context, value);
        if (FpuExceptions.TryRecord(cpu, context))
        {
            FpuStack.Push(cpu, converted);
        }

        return Step.Next;
    }

    private static Step Push(Cpu* cpu, in FloatNumber value)
    {
        cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C1);
        FpuStack.Push(cpu, value);
        return Step.Next;
    }

    private static Step PushRaw(Cpu* cpu, ulong signAndExponent, ulong mantissa)
    {
        cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C1);
        FpuStack.PushRaw(cpu, signAndExponent, mantissa);
        return Step.Next;
    }
}
