namespace VmmEngine.SoftX86;

/// <summary>MASKMOVQ and MASKMOVDQU: bytes of the first register whose mask byte has its top bit set go to DS:RDI.</summary>
internal static unsafe class MaskedStore
{
    public static Step Maskmovq(Cpu* cpu, MicroOp* op)
    {
        if (!SimdAccess.MayUseMmx(cpu))
        {
            return SimdAccess.RefusalOfMmx(cpu);
        }

        Step step = Store(cpu, op, 8);
        if (step == Step.Next)
        {
            MmxHandlers.EnterMmx(cpu);
        }

        return step;
    }

    public static Step Maskmovdqu(Cpu* cpu, MicroOp* op) => SimdAccess.MayUseSse(cpu) ? Store(cpu, op, 16) : SimdAccess.RefusalOfSse(cpu);

    private static Step Store(Cpu* cpu, MicroOp* op, int bytes)
    {
        byte* value = (byte*)cpu + op->Source, mask = (byte*)cpu + (8 * op->Extra);
        ulong offset = Operands.ReadRegister(cpu, 8 * RegisterIndex.Rdi, op->AddressSize);
        if (!Segmentation.TryLinear(cpu, op->Segment, offset, bytes, Access.Write, out ulong linear))
        {
            return Step.Fault;
        }

        // All bytes must be writable before the first one is written.
        for (int i = 0; i < bytes; i++)
        {
            if (mask[i] >= 0x80 && !LinearMemory.TryProbe(cpu, linear + (ulong)i, 1, Access.Write))
            {
                return Step.Fault;
            }
        }

        for (int i = 0; i < bytes; i++)
        {
            if (mask[i] >= 0x80 && !LinearMemory.TryWrite(cpu, linear + (ulong)i, value[i], Access.Write))
            {
                return Step.Fault;
            }
        }

        return Step.Next;
    }
}
