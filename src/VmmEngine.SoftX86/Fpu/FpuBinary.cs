namespace VmmEngine.SoftX86;

/// <summary>The shapes of two-operand x87 arithmetic. Register numbers are in the micro-op: ST(Destination) and ST(Source).</summary>
internal static unsafe class FpuBinary
{
    /// <summary>ST(d) op ST(s) into ST(d).</summary>
    public static Step Registers<TOperation>(Cpu* cpu, MicroOp* op)
        where TOperation : struct, IFpuOperation
    {
        _ = TryRegisters<TOperation>(cpu, op);
        return Step.Next;
    }

    /// <summary>The same, and then a pop.</summary>
    public static Step RegistersAndPop<TOperation>(Cpu* cpu, MicroOp* op)
        where TOperation : struct, IFpuOperation
    {
        if (TryRegisters<TOperation>(cpu, op))
        {
            FpuStack.Pop(cpu);
        }

        return Step.Next;
    }

    /// <summary>ST(0) op a single.</summary>
    public static Step Single<TOperation>(Cpu* cpu, byte* source)
        where TOperation : struct, IFpuOperation => Memory<TOperation>(cpu, FloatEncoding.FromSingle(*(uint*)source, false));

    /// <summary>ST(0) op a double.</summary>
    public static Step Double<TOperation>(Cpu* cpu, byte* source)
        where TOperation : struct, IFpuOperation => Memory<TOperation>(cpu, FloatEncoding.FromDouble(*(ulong*)source, false));

    /// <summary>ST(0) op an integer, which is exact in 64 bits of mantissa.</summary>
    public static Step Integer<TOperation>(Cpu* cpu, int value)
        where TOperation : struct, IFpuOperation
    {
        FloatContext exact = FpuExceptions.Extended(cpu);
        return Memory<TOperation>(cpu, FloatConversion.FromInteger(ref exact, value));
    }

    private static Step Memory<TOperation>(Cpu* cpu, in FloatNumber right)
        where TOperation : struct, IFpuOperation
    {
        if (!FpuStack.IsEmpty(cpu, 0))
        {
            _ = TryApply<TOperation>(cpu, 0, FpuStack.Read(cpu, 0), right);
        }
        else if (FpuExceptions.TryStackFault(cpu, false))
        {
            FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
        }

        return Step.Next;
    }

    private static bool TryRegisters<TOperation>(Cpu* cpu, MicroOp* op)
        where TOperation : struct, IFpuOperation
    {
        if (!FpuStack.IsEmpty(cpu, op->Destination) && !FpuStack.IsEmpty(cpu, op->Source))
        {
            return TryApply<TOperation>(cpu, op->Destination, FpuStack.Read(cpu, op->Destination), FpuStack.Read(cpu, op->Source));
        }

        if (!FpuExceptions.TryStackFault(cpu, false))
        {
            return false;
        }

        FpuStack.Write(cpu, op->Destination, FloatNumber.Indefinite);
        return true;
    }

    private static bool TryApply<TOperation>(Cpu* cpu, int destination, in FloatNumber left, in FloatNumber right)
        where TOperation : struct, IFpuOperation
    {
        FloatContext context = FpuExceptions.Arithmetic(cpu);
        if (!FpuOperands.TryPropagate(ref context, left, right, out FloatNumber result))
        {
            result = TOperation.Apply(ref context, left, right);
        }

        if (!FpuExceptions.TryRecord(cpu, context))
        {
            return false;
        }

        FpuStack.Write(cpu, destination, result);
        return true;
    }
}
