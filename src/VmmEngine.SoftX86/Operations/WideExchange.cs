namespace VmmEngine.SoftX86;

/// <summary>CMPXCHG8B and CMPXCHG16B. Atomic in RAM, with or without LOCK.</summary>
internal static unsafe class WideExchange
{
    /// <summary>CMPXCHG8B m64: EDX:EAX against the operand; ECX:EBX goes there, or the operand into EDX:EAX.</summary>
    public static Step Eight(Cpu* cpu, MicroOp* op)
    {
        ulong expected = (cpu->General[2] << 32) | (uint)cpu->General[0];
        ulong value = (cpu->General[1] << 32) | (uint)cpu->General[3];
        ulong linear = cpu->EffectiveAddress;
        ulong found;
        if (LinearMemory.TryWindow(cpu, linear, Access.Modify, out byte* host, out int length) && length >= 8)
        {
            found = Atomic.CompareExchange((ulong*)host, value, expected);
        }
        else if (!LinearMemory.TryRead(cpu, linear, out found, Access.Modify)
            || !LinearMemory.TryWrite(cpu, linear, found == expected ? value : found, Access.Write))
        {
            return Step.Fault;
        }

        Flags.SetZero(cpu, found == expected);
        if (found != expected)
        {
            cpu->General[0] = (uint)found;
            cpu->General[2] = found >> 32;
        }

        return Step.Next;
    }

    /// <summary>CMPXCHG16B m128, which lies at a multiple of 16.</summary>
    public static Step Sixteen(Cpu* cpu, MicroOp* op)
    {
        ulong linear = cpu->EffectiveAddress;
        if ((linear & 15) != 0)
        {
            return Faults.Protection(cpu);
        }

        ulong* found = stackalloc ulong[2] { cpu->General[0], cpu->General[2] };
        bool equal;
        if (LinearMemory.TryWindow(cpu, linear, Access.Modify, out byte* host, out _))
        {
            equal = WideAtomics.CompareExchange((ulong*)host, found, cpu->General[3], cpu->General[1]);
        }
        else
        {
            UInt128 value = new(cpu->General[1], cpu->General[3]);
            if (!LinearMemory.TryRead(cpu, linear, out UInt128 old, Access.Modify))
            {
                return Step.Fault;
            }

            equal = old == new UInt128(found[1], found[0]);
            if (!LinearMemory.TryWrite(cpu, linear, equal ? value : old, Access.Write))
            {
                return Step.Fault;
            }

            found[0] = (ulong)old;
            found[1] = (ulong)(old >> 64);
        }

        Flags.SetZero(cpu, equal);
        if (!equal)
        {
            cpu->General[0] = found[0];
            cpu->General[2] = found[1];
        }

        return Step.Next;
    }
}
