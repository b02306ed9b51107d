using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>MOV, PUSH and POP of segment registers, and LDS and its kind.</summary>
internal static unsafe class SegmentMoves
{
    /// <summary>MOV Sreg, r/m16.</summary>
    public static Step Load(Cpu* cpu, MicroOp* op)
    {
        if (op->Destination is SegmentIndex.Cs or > SegmentIndex.Gs)
        {
            return Faults.Undefined(cpu);
        }

        return Operands.TryRead(cpu, op, op->Source, 2, out ulong selector)
            && SegmentLoads.TryLoad(cpu, op->Destination, (ushort)selector, out SegmentRegister register)
            ? Commit(cpu, op, op->Destination, register)
            : Step.Fault;
    }

    /// <summary>MOV r/m, Sreg: memory gets 2 bytes, a register its whole size.</summary>
    public static Step Store(Cpu* cpu, MicroOp* op)
    {
        if (op->Source > SegmentIndex.Gs)
        {
            return Faults.Undefined(cpu);
        }

        return Operands.TryWrite(cpu, op, op->Destination, cpu->Segments[op->Source].Selector, op->Size, 2) ? Step.Next : Step.Fault;
    }

    /// <summary>PUSH Sreg.</summary>
    public static Step Push(Cpu* cpu, MicroOp* op)
    {
        StackWindow stack = new(cpu);
        if (!stack.TryPush(cpu, cpu->Segments[op->Destination].Selector, op->Size))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        return Step.Next;
    }

    /// <summary>POP Sreg.</summary>
    public static Step Pop(Cpu* cpu, MicroOp* op)
    {
        StackWindow stack = new(cpu);
        if (!stack.TryPop(cpu, op->Size, out ulong selector)
            || !SegmentLoads.TryLoad(cpu, op->Destination, (ushort)selector, out SegmentRegister register))
        {
            return Step.Fault;
        }

        // By the width of the stack before: POP SS may change it.
        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        return Commit(cpu, op, op->Destination, register);
    }

    /// <summary>LES.</summary>
    public static Step Les(Cpu* cpu, MicroOp* op) => LoadPointer(cpu, op, SegmentIndex.Es);

    /// <summary>LDS.</summary>
    public static Step Lds(Cpu* cpu, MicroOp* op) => LoadPointer(cpu, op, SegmentIndex.Ds);

    /// <summary>LSS. Unlike MOV SS it holds nothing off: the pointer comes with it.</summary>
    public static Step Lss(Cpu* cpu, MicroOp* op) => LoadPointer(cpu, op, SegmentIndex.Ss);

    /// <summary>LFS.</summary>
    public static Step Lfs(Cpu* cpu, MicroOp* op) => LoadPointer(cpu, op, SegmentIndex.Fs);

    /// <summary>LGS.</summary>
    public static Step Lgs(Cpu* cpu, MicroOp* op) => LoadPointer(cpu, op, SegmentIndex.Gs);

    private static Step LoadPointer(Cpu* cpu, MicroOp* op, int index)
    {
        if (!FarPointer.TryReadMemory(cpu, op, out FarPointer pointer)
            || !SegmentLoads.TryLoad(cpu, index, pointer.Selector, out SegmentRegister register))
        {
            return Step.Fault;
        }

        Operands.WriteRegister(cpu, op->Destination, pointer.Offset, op->Size);
        cpu->Segments[index] = register;
        return End(cpu, op);
    }

    private static Step Commit(Cpu* cpu, MicroOp* op, int index, in SegmentRegister register)
    {
        cpu->Segments[index] = register;
        if (index == SegmentIndex.Ss)
        {
            cpu->InterruptShadow = Shadow.InterruptsAndTraps;
        }

        return End(cpu, op);
    }

    /// <summary>The block ends: the translation of what follows may depend on segments being flat, and on the size of the stack.</summary>
    private static Step End(Cpu* cpu, MicroOp* op)
    {
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }
}
