namespace VmmEngine.SoftX86;

/// <summary>BOUND.</summary>
internal static unsafe class BoundCheck
{
    /// <summary>#BR unless the register is within the two signed words in memory, both inclusive.</summary>
    public static Step Check(Cpu* cpu, MicroOp* op)
    {
        byte* register = (byte*)cpu + op->Destination;
        long index, lower, upper;
        if (op->Size == 4)
        {
            if (!LinearMemory.TryRead(cpu, cpu->EffectiveAddress, out uint pair, Access.Read))
            {
                return Step.Fault;
            }

            (index, lower, upper) = (*(short*)register, (short)pair, (short)(pair >> 16));
        }
        else
        {
            if (!LinearMemory.TryRead(cpu, cpu->EffectiveAddress, out ulong pair, Access.Read))
            {
                return Step.Fault;
            }

            (index, lower, upper) = (*(int*)register, (int)pair, (int)(pair >> 32));
        }

        return index < lower || index > upper ? Faults.Raise(cpu, Vectors.BoundRange) : Step.Next;
    }
}
