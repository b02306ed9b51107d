namespace VmmEngine.SoftX86;

/// <summary>Selector and offset of a far pointer.</summary>
/// <param name="Selector">The selector.</param>
/// <param name="Offset">The offset, zero-extended.</param>
internal readonly record struct FarPointer(ushort Selector, ulong Offset)
{
    /// <summary>The operand of a far jump or call: in the instruction, or in memory.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static unsafe bool TryRead(Cpu* cpu, MicroOp* op, out FarPointer pointer)
    {
        if ((op->Flags & OpFlags.Memory) != 0)
        {
            return TryReadMemory(cpu, op, out pointer);
        }

        pointer = new FarPointer(op->Extra, op->Size == 2 ? op->Immediate & 0xFFFF : (uint)op->Immediate);
        return true;
    }

    /// <summary>A far pointer in memory, <see cref="MicroOp.Size"/> bytes of offset before the selector.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static unsafe bool TryReadMemory(Cpu* cpu, MicroOp* op, out FarPointer pointer)
    {
        pointer = default;
        ulong selectorLinear = DescriptorReader.Linear(cpu, cpu->EffectiveAddress + op->Size);
        if (!Operands.TryReadMemory(cpu, cpu->EffectiveAddress, op->Size, Access.Read, out ulong offset)
            || !LinearMemory.TryRead(cpu, selectorLinear, out ushort selector, Access.Read))
        {
            return false;
        }

        pointer = new FarPointer(selector, offset);
        return true;
    }
}
