using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>The stack in 64-bit mode, where SS has neither base nor limit: operands of 64 bits.</summary>
internal static unsafe class StackOps
{
    /// <summary>push r64. Of RSP the old value.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PushRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4] - 8;
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->WriteTag > 4096 - 8)
        {
            cpu->WriteMiss(cpu, op, va);
            return;
        }

        *(ulong*)(va + entry->Addend) = *(ulong*)((byte*)cpu + op->Destination);
        cpu->General[4] = va;
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>push imm.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PushImmediate(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4] - 8;
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->WriteTag > 4096 - 8)
        {
            cpu->WriteMiss(cpu, op, va);
            return;
        }

        *(ulong*)(va + entry->Addend) = op->Immediate;
        cpu->General[4] = va;
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>pop r64. Into RSP: the value, not the incremented pointer.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void PopRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4];
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->ReadTag > 4096 - 8)
        {
            cpu->ReadMiss(cpu, op, va);
            return;
        }

        cpu->General[4] = va + 8;
        *(ulong*)((byte*)cpu + op->Destination) = *(ulong*)(va + entry->Addend);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>call rel.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void CallRelative(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4] - 8;
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->WriteTag > 4096 - 8)
        {
            cpu->WriteMiss(cpu, op, va);
            return;
        }

        *(ulong*)(va + entry->Addend) = cpu->BlockRip + op->Offset + op->Length;
        cpu->General[4] = va;
        cpu->Link = op + 1;
    }

    /// <summary>call r64.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void CallRegister(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4] - 8;
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->WriteTag > 4096 - 8)
        {
            cpu->WriteMiss(cpu, op, va);
            return;
        }

        ulong target = *(ulong*)((byte*)cpu + op->Destination);
        *(ulong*)(va + entry->Addend) = cpu->BlockRip + op->Offset + op->Length;
        cpu->General[4] = va;
        cpu->Rip = target;
        cpu->Link = op + 1;
    }

    /// <summary>ret, and ret imm16, which takes the immediate off the stack besides.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Return(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[4];
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->ReadTag > 4096 - 8)
        {
            cpu->ReadMiss(cpu, op, va);
            return;
        }

        cpu->Rip = *(ulong*)(va + entry->Addend);
        cpu->General[4] = va + 8 + op->Immediate;
        cpu->Link = op + 1;
    }

    /// <summary>leave: the stack pointer from RBP, and RBP from the stack.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Leave(Cpu* cpu, MicroOp* op)
    {
        ulong va = cpu->General[5];
        TlbEntry* entry = Tlb.Find(cpu, va);
        if (va - entry->ReadTag > 4096 - 8)
        {
            cpu->ReadMiss(cpu, op, va);
            return;
        }

        cpu->General[5] = *(ulong*)(va + entry->Addend);
        cpu->General[4] = va + 8;
        op[1].Handler(cpu, op + 1);
    }
}
