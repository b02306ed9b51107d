using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>LGDT, LIDT, SGDT, SIDT.</summary>
internal static unsafe class DescriptorTables
{
    /// <summary>LGDT.</summary>
    public static Step Lgdt(Cpu* cpu, MicroOp* op)
    {
        if (!TryLoad(cpu, op, out DescriptorTable table))
        {
            return Step.Fault;
        }

        cpu->Gdtr = table;
        return Step.Next;
    }

    /// <summary>LIDT.</summary>
    public static Step Lidt(Cpu* cpu, MicroOp* op)
    {
        if (!TryLoad(cpu, op, out DescriptorTable table))
        {
            return Step.Fault;
        }

        cpu->Idtr = table;
        return Step.Next;
    }

    /// <summary>SGDT.</summary>
    public static Step Sgdt(Cpu* cpu, MicroOp* op) => Store(cpu, cpu->Gdtr);

    /// <summary>SIDT.</summary>
    public static Step Sidt(Cpu* cpu, MicroOp* op) => Store(cpu, cpu->Idtr);

    /// <summary>2 bytes of limit, then 8 bytes of base in 64-bit mode, 4 otherwise, of which a 16-bit operand uses 3.</summary>
    private static bool TryLoad(Cpu* cpu, MicroOp* op, out DescriptorTable table)
    {
        table = default;
        bool wide = Modes.Is64Bit(cpu);
        ulong baseLinear = DescriptorReader.Linear(cpu, cpu->EffectiveAddress + 2);
        if (!LinearMemory.TryRead(cpu, cpu->EffectiveAddress, out ushort limit, Access.Read)
            || !Operands.TryReadMemory(cpu, baseLinear, wide ? 8 : 4, Access.Read, out ulong tableBase))
        {
            return false;
        }

        if (wide && !Addresses.IsCanonical(tableBase))
        {
            Faults.Protection(cpu);
            return false;
        }

        table = new DescriptorTable { Limit = limit, Base = op->Size == 2 && !wide ? tableBase & 0xFF_FFFF : tableBase };
        return true;
    }

    private static Step Store(Cpu* cpu, in DescriptorTable table)
    {
        ulong baseLinear = DescriptorReader.Linear(cpu, cpu->EffectiveAddress + 2);
        return LinearMemory.TryWrite(cpu, cpu->EffectiveAddress, table.Limit, Access.Write)
            && Operands.TryWriteMemory(cpu, baseLinear, table.Base, Modes.Is64Bit(cpu) ? 8 : 4, Access.Write)
            ? Step.Next
            : Step.Fault;
    }
}
