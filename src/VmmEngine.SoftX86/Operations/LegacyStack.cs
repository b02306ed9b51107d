namespace VmmEngine.SoftX86;

/// <summary>Stack instructions where SS has base and limit, or operands are narrower than 64 bits. Operands of <see cref="MicroOp.Size"/> bytes.</summary>
internal static unsafe class LegacyStack
{
    private const int StackPointer = 4;
    private const int FramePointer = 5;

    /// <summary>PUSH of a register, of memory or of an immediate.</summary>
    public static Step Push(Cpu* cpu, MicroOp* op)
    {
        ulong value = *(ulong*)((byte*)cpu + op->Destination);
        if ((op->Flags & OpFlags.Memory) != 0 && !TryLoad(cpu, cpu->EffectiveAddress, op->Size, out value))
        {
            return Step.Fault;
        }

        return Stack.TryPush(cpu, value, op->Size) ? Step.Next : Step.Fault;
    }

    /// <summary>PUSH of an immediate.</summary>
    public static Step PushImmediate(Cpu* cpu, MicroOp* op) => Stack.TryPush(cpu, op->Immediate, op->Size) ? Step.Next : Step.Fault;

    /// <summary>POP into a register.</summary>
    public static Step Pop(Cpu* cpu, MicroOp* op)
    {
        if (!Stack.TryPop(cpu, out ulong value, op->Size))
        {
            return Step.Fault;
        }

        StoreRegister(cpu, op->Destination, value, op->Size);
        return Step.Next;
    }

    /// <summary>POP into memory; an address relative to RSP is meant with RSP already incremented.</summary>
    public static Step PopMemory(Cpu* cpu, MicroOp* op)
    {
        if (!Stack.TryPeek(cpu, 0, out ulong value, op->Size))
        {
            return Step.Fault;
        }

        ulong linear = cpu->EffectiveAddress + (op->Base == Registers.StackPointer ? op->Size : 0u);
        bool stored = op->Size switch
        {
            2 => LinearMemory.TryWrite(cpu, linear, (ushort)value, Access.Write),
            4 => LinearMemory.TryWrite(cpu, linear, (uint)value, Access.Write),
            _ => LinearMemory.TryWrite(cpu, linear, value, Access.Write),
        };
        if (!stored)
        {
            return Step.Fault;
        }

        Stack.Drop(cpu, op->Size);
        return Step.Next;
    }

    /// <summary>PUSHA: all eight, RSP as it was.</summary>
    public static Step PushAll(Cpu* cpu, MicroOp* op)
    {
        ulong before = cpu->General[StackPointer];
        for (int i = 0; i < 8; i++)
        {
            if (!Stack.TryPush(cpu, i == StackPointer ? before : cpu->General[i], op->Size))
            {
                cpu->General[StackPointer] = before;
                return Step.Fault;
            }
        }

        return Step.Next;
    }

    /// <summary>POPA: all but the stack pointer.</summary>
    public static Step PopAll(Cpu* cpu, MicroOp* op)
    {
        ulong* values = stackalloc ulong[8];
        for (int i = 0; i < 8; i++)
        {
            if (!Stack.TryPeek(cpu, (uint)(i * op->Size), out values[7 - i], op->Size))
            {
                return Step.Fault;
            }
        }

        Stack.Drop(cpu, 8 * op->Size);
        for (int i = 0; i < 8; i++)
        {
            if (i != StackPointer)
            {
                StoreRegister(cpu, (ushort)(i * 8), values[i], op->Size);
            }
        }

        return Step.Next;
    }

    /// <summary>LEAVE.</summary>
    public static Step Leave(Cpu* cpu, MicroOp* op)
    {
        ulong before = cpu->General[StackPointer];
        ulong mask = Stack.Mask(cpu);
        cpu->General[StackPointer] = (before & ~mask) | (cpu->General[FramePointer] & mask);
        if (!Stack.TryPop(cpu, out ulong frame, op->Size))
        {
            cpu->General[StackPointer] = before;
            return Step.Fault;
        }

        StoreRegister(cpu, FramePointer * 8, frame, op->Size);
        return Step.Next;
    }

    /// <summary>ENTER imm16, imm8: a frame with copies of the enclosing ones' pointers.</summary>
    public static Step Enter(Cpu* cpu, MicroOp* op)
    {
        ulong before = cpu->General[StackPointer];
        ulong mask = Stack.Mask(cpu);
        int level = op->Extra & 31;
        if (!TryEnter(cpu, op, level, mask, out ulong frame))
        {
            cpu->General[StackPointer] = before;
            return Step.Fault;
        }

        ulong top = (cpu->General[StackPointer] - (ushort)op->Immediate) & mask;

        // The new top must be writable, or the fault would come later, with the frame half made.
        if (!Segmentation.TryLinear(cpu, SegmentIndex.Ss, top, op->Size, Access.Write, out ulong linear)
            || !LinearMemory.TryProbe(cpu, linear, op->Size, Access.Write))
        {
            cpu->General[StackPointer] = before;
            return Step.Fault;
        }

        cpu->General[StackPointer] = (cpu->General[StackPointer] & ~mask) | top;
        StoreRegister(cpu, FramePointer * 8, frame, op->Size);
        return Step.Next;
    }

    /// <summary>CALL rel.</summary>
    public static Step CallRelative(Cpu* cpu, MicroOp* op)
    {
        if (!Stack.TryPush(cpu, cpu->Rip + op->Length, op->Size))
        {
            return Step.Fault;
        }

        cpu->Rip = Cut(cpu->Rip + op->Length + op->Immediate, op->Size);
        return Step.EndBlock;
    }

    /// <summary>CALL r/m.</summary>
    public static Step CallIndirect(Cpu* cpu, MicroOp* op)
    {
        ulong target = *(ulong*)((byte*)cpu + op->Destination);
        if (((op->Flags & OpFlags.Memory) != 0 && !TryLoad(cpu, cpu->EffectiveAddress, op->Size, out target))
            || !Stack.TryPush(cpu, cpu->Rip + op->Length, op->Size))
        {
            return Step.Fault;
        }

        cpu->Rip = Cut(target, op->Size);
        return Step.EndBlock;
    }

    /// <summary>RET, and RET imm16.</summary>
    public static Step Return(Cpu* cpu, MicroOp* op)
    {
        if (!Stack.TryPop(cpu, out ulong target, op->Size))
        {
            return Step.Fault;
        }

        Stack.Drop(cpu, (ushort)op->Immediate);
        cpu->Rip = Cut(target, op->Size);
        return Step.EndBlock;
    }

    private static bool TryEnter(Cpu* cpu, MicroOp* op, int level, ulong mask, out ulong frame)
    {
        frame = 0;
        if (!Stack.TryPush(cpu, cpu->General[FramePointer], op->Size))
        {
            return false;
        }

        frame = cpu->General[StackPointer];
        ulong enclosing = cpu->General[FramePointer];
        for (int i = 1; i < level; i++)
        {
            enclosing = (enclosing - op->Size) & mask;
            if (!Segmentation.TryLinear(cpu, SegmentIndex.Ss, enclosing, op->Size, Access.Read, out ulong linear)
                || !TryLoad(cpu, linear, op->Size, out ulong pointer)
                || !Stack.TryPush(cpu, pointer, op->Size))
            {
                return false;
            }
        }

        return level == 0 || Stack.TryPush(cpu, frame, op->Size);
    }

    private static bool TryLoad(Cpu* cpu, ulong linear, int size, out ulong value)
    {
        bool loaded;
        switch (size)
        {
            case 2:
                loaded = LinearMemory.TryRead(cpu, linear, out ushort word, Access.Read);
                value = word;
                return loaded;

            case 4:
                loaded = LinearMemory.TryRead(cpu, linear, out uint doubleword, Access.Read);
                value = doubleword;
                return loaded;

            default:
                return LinearMemory.TryRead(cpu, linear, out value, Access.Read);
        }
    }

    private static void StoreRegister(Cpu* cpu, int offset, ulong value, int size)
    {
        if (size == 2)
        {
            *(ushort*)((byte*)cpu + offset) = (ushort)value;
        }
        else
        {
            *(ulong*)((byte*)cpu + offset) = value;
        }
    }

    private static ulong Cut(ulong address, int size) => size switch { 2 => (ushort)address, 4 => (uint)address, _ => address };
}
