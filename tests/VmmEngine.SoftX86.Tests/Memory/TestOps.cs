using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Handlers as the generator writes them, and a way to execute a few.</summary>
internal static unsafe class TestOps
{
    /// <summary>Reads into Destination.</summary>
    public static void Load<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->ReadTag > 4096 - (uint)sizeof(T))
        {
            cpu->ReadMiss(cpu, op, linear);
            return;
        }

        Unsafe.WriteUnaligned((byte*)cpu + op->Destination, Unsafe.ReadUnaligned<T>((void*)(linear + entry->Addend)));
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>Writes Source.</summary>
    public static void Store<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > 4096 - (uint)sizeof(T))
        {
            cpu->WriteMiss(cpu, op, linear);
            return;
        }

        Unsafe.WriteUnaligned((void*)(linear + entry->Addend), Unsafe.ReadUnaligned<T>((byte*)cpu + op->Source));
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>XADD without flags: memory becomes the sum, Source the old value. Changes a register, so executing it twice would show.</summary>
    public static void Exchange<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > 4096 - (uint)sizeof(T))
        {
            cpu->ModifyMiss(cpu, op, linear);
            return;
        }

        void* host = (void*)(linear + entry->Addend);
        T old = Unsafe.ReadUnaligned<T>(host);
        T source = Unsafe.ReadUnaligned<T>((byte*)cpu + op->Source);
        Unsafe.WriteUnaligned(host, unchecked(old + source));
        Unsafe.WriteUnaligned((byte*)cpu + op->Source, old);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>Jumps if a byte of memory is not 0: a fused pair that ends its block.</summary>
    public static void BranchIfByte(Cpu* cpu, MicroOp* op)
    {
        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->ReadTag > 4095)
        {
            cpu->ReadMiss(cpu, op, linear);
            return;
        }

        cpu->Link = *(byte*)(linear + entry->Addend) != 0 ? op + 1 : op + 2;
    }

    /// <summary>Calls a helper, as a generated handler of a helper row does.</summary>
    public static void Helper(Cpu* cpu, MicroOp* op)
    {
        Blocks.Sync(cpu, op);
        Step step = ((delegate*<Cpu*, MicroOp*, Step>)op->Target)(cpu, op);
        if (step == Step.Next)
        {
            op[1].Handler(cpu, op + 1);
            return;
        }

        cpu->Outcome = step;
    }

    /// <summary>Raises #GP whatever is in memory, after it has looked.</summary>
    public static void StoreAndFault(Cpu* cpu, MicroOp* op)
    {
        ulong linear = cpu->EffectiveAddress;
        TlbEntry* entry = Tlb.Find(cpu, linear);
        if (linear - entry->WriteTag > 4096 - 8)
        {
            cpu->WriteMiss(cpu, op, linear);
            return;
        }

        Blocks.Sync(cpu, op);
        cpu->Outcome = Faults.Protection(cpu);
    }

    /// <summary>Ends a test's block: marks that it was reached.</summary>
    public static void End(Cpu* cpu, MicroOp* op) => cpu->General[15]++;
}

/// <summary>A block of one instruction in an array with room behind it, as an arena has.</summary>
internal sealed unsafe class TestBlock : IDisposable
{
    public const ulong Rip = 0x7000;
    public const int Offset = 5;
    public const int Length = 3;
    private const int Slots = 16;
    private readonly MicroOp* _ops = (MicroOp*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(Slots, (nuint)sizeof(MicroOp));

    public TestBlock(delegate*<Cpu*, MicroOp*, void> handler, int size)
    {
        _ops[0] = new MicroOp
        {
            Handler = handler,
            Size = (byte)size,
            Offset = Offset,
            Completed = 1,
            Length = Length,
            Segment = SegmentIndex.Ds,
            Source = 3 * 8,
            Destination = 1024,
            Base = 128,
            Index = 128,
        };
        _ops[1] = new MicroOp { Handler = &TestOps.End, Offset = Offset + Length };
    }

    public ref MicroOp this[int index] => ref _ops[index];

    public MicroOp* Ops => _ops;

    /// <summary>Executes it; R15 counts how often its end was reached.</summary>
    public Step Run(Cpu* cpu, ulong linear)
    {
        cpu->EffectiveAddress = linear;
        return Run(cpu);
    }

    public Step Run(Cpu* cpu)
    {
        cpu->BlockRip = Rip;
        cpu->Rip = 0xDEAD;
        cpu->Outcome = Step.Next;
        cpu->General[15] = 0;
        _ops[0].Handler(cpu, _ops);
        return cpu->Outcome;
    }

    public void Dispose() => System.Runtime.InteropServices.NativeMemory.Free(_ops);
}
