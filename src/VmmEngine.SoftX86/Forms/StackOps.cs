using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>The stack in 64-bit mode, where SS has neither base nor limit: operands of 64 bits.</summary>
internal static unsafe class StackOps
{
    private const int Rsp = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* StackPointer(Cpu* cpu) => (ulong*)cpu + Rsp;

    // Behind an instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReturnAddress(Cpu* cpu, MicroOp* op) => cpu->BlockRip + op->Offset + op->Length;

    /// <summary>push r64. Of RSP the old value.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PushRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu) - 8;
        if (Tlb.CanWrite(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            *(ulong*)(va + entry->Addend) = *(ulong*)((byte*)cpu + op->Destination);
            *StackPointer(cpu) = va;
            op++;
            op->Handler(cpu, op);
            return;
        }

        cpu->WriteMiss(cpu, op, va);
    }

    /// <summary>push imm.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PushImmediate(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu) - 8;
        if (Tlb.CanWrite(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            *(ulong*)(va + entry->Addend) = op->Immediate;
            *StackPointer(cpu) = va;
            op++;
            op->Handler(cpu, op);
            return;
        }

        cpu->WriteMiss(cpu, op, va);
    }

    /// <summary>pop r64. Into RSP: the value, not the incremented pointer.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PopRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu);
        if (Tlb.CanRead(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            *StackPointer(cpu) = va + 8;
            *(ulong*)((byte*)cpu + op->Destination) = *(ulong*)(va + entry->Addend);
            op++;
            op->Handler(cpu, op);
            return;
        }

        cpu->ReadMiss(cpu, op, va);
    }

    /// <summary>call rel.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void CallRelative(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu) - 8;
        if (Tlb.CanWrite(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            *(ulong*)(va + entry->Addend) = ReturnAddress(cpu, op);
            *StackPointer(cpu) = va;
            cpu->Link = op + 1;
            return;
        }

        cpu->WriteMiss(cpu, op, va);
    }

    /// <summary>call r64.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void CallRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu) - 8;
        if (Tlb.CanWrite(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            ulong target = *(ulong*)((byte*)cpu + op->Destination);
            *(ulong*)(va + entry->Addend) = ReturnAddress(cpu, op);
            *StackPointer(cpu) = va;
            cpu->Rip = target;
            cpu->Link = op + 1;
            return;
        }

        cpu->WriteMiss(cpu, op, va);
    }

    /// <summary>ret, and ret imm16, which takes the immediate off the stack besides.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Return(Cpu* cpu, MicroOp* op)
    {
        ulong va = *StackPointer(cpu);
        if (Tlb.CanRead(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            cpu->Rip = *(ulong*)(va + entry->Addend);
            *StackPointer(cpu) = va + 8 + op->Immediate;
            cpu->Link = op + 1;
            return;
        }

        cpu->ReadMiss(cpu, op, va);
    }

    /// <summary>leave: the stack pointer from RBP, and RBP from the stack.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Leave(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[5];
        if (Tlb.CanRead(cpu, va, sizeof(ulong), out TlbEntry* entry))
        {
            cpu->General[5] = *(ulong*)(va + entry->Addend);
            *StackPointer(cpu) = va + 8;
            op++;
            op->Handler(cpu, op);
            return;
        }

        cpu->ReadMiss(cpu, op, va);
    }
}
