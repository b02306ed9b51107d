namespace VmmEngine.SoftX86;

/// <summary>Instructions that move registers, signs or TOP and compute nothing.</summary>
internal static unsafe class FpuMove
{
    public static Step ChangeSign(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetSign(cpu, 0x8000, 0xFFFF);

    public static Step Absolute(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SetSign(cpu, 0, 0x7FFF);

    /// <summary>FXCH. An empty register takes part as the default NaN.</summary>
    public static Step Exchange(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        int index = op->Source;
        if (FpuStack.IsEmpty(cpu, 0) || FpuStack.IsEmpty(cpu, index))
        {
            if (!FpuExceptions.TryStackFault(cpu, false))
            {
                return Step.Next;
            }

            FillEmpty(cpu, 0);
            FillEmpty(cpu, index);
        }
        else
        {
            ClearC1(cpu);
        }

        ulong* top = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, 0)), other = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, index));
        (top[0], other[0]) = (other[0], top[0]);
        (top[1], other[1]) = (other[1], top[1]);
        return Step.Next;
    }

    public static Step IncrementTop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Rotate(cpu, 1);

    public static Step DecrementTop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Rotate(cpu, -1);

    public static Step Free(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        FpuStack.Free(cpu, op->Destination);
        return Step.Next;
    }

    /// <summary>FFREEP, which is FFREE and a pop.</summary>
    public static Step FreeAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        FpuStack.Free(cpu, op->Destination);
        FpuStack.Pop(cpu);
        return Step.Next;
    }

    public static Step Nothing(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Step.Next;

    public static Step IfBelow(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Carry, true);

    public static Step IfEqual(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Zero, true);

    public static Step IfBelowOrEqual(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Carry | StatusFlags.Zero, true);

    public static Step IfUnordered(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Parity, true);

    public static Step IfNotBelow(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Carry, false);

    public static Step IfNotEqual(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Zero, false);

    public static Step IfAbove(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Carry | StatusFlags.Zero, false);

    public static Step IfOrdered(Cpu* cpu, MicroOp* op, byte* d, byte* s) => MoveIf(cpu, op, StatusFlags.Parity, false);

    private static Step MoveIf(Cpu* cpu, MicroOp* op, ulong flags, bool wanted)
    {
        if (FpuStack.IsEmpty(cpu, 0) || FpuStack.IsEmpty(cpu, op->Source))
        {
            if (FpuExceptions.TryStackFault(cpu, false))
            {
                FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
            }

            return Step.Next;
        }

        if ((Flags.Get(cpu) & flags) != 0 == wanted)
        {
            ulong* source = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, op->Source));
            FpuStack.WriteRaw(cpu, 0, source[1], source[0]);
        }

        return Step.Next;
    }

    private static Step SetSign(Cpu* cpu, ushort flip, ushort keep)
    {
        if (FpuStack.IsEmpty(cpu, 0))
        {
            if (FpuExceptions.TryStackFault(cpu, false))
            {
                FpuStack.Write(cpu, 0, FloatNumber.Indefinite);
            }

            return Step.Next;
        }

        ClearC1(cpu);
        ulong* top = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, 0));
        top[1] = (top[1] ^ flip) & keep;
        return Step.Next;
    }

    private static void FillEmpty(Cpu* cpu, int index)
    {
        if (FpuStack.IsEmpty(cpu, index))
        {
            FpuStack.Write(cpu, index, FloatNumber.Indefinite);
        }
    }

    private static Step Rotate(Cpu* cpu, int distance)
    {
        ClearC1(cpu);
        FpuStack.Rotate(cpu, distance);
        return Step.Next;
    }

    private static void ClearC1(Cpu* cpu) => cpu->Fpu.Status &= unchecked((ushort)~FpuStatus.C1);
}
