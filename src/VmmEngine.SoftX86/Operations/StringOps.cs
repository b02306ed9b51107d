using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>MOVS, STOS, LODS, SCAS and CMPS, with or without a repeat prefix.</summary>
/// <remarks>
/// Every element is complete before the next one begins: pointers and count are moved with it, so that a fault, an exit or an interrupt between two
/// elements finds registers from which the instruction goes on. A repeated one gives way to the loop after <see cref="Slice"/> bytes: it ends the
/// block with RIP still on itself, which counts as an instruction.
/// </remarks>
internal static unsafe partial class StringOps
{
    /// <summary>Bytes that one execution moves at most.</summary>
    private const int Slice = 16384;

    private const int Accumulator = 0;
    private const int Count = 1;
    private const int SourceIndex = 6;
    private const int DestinationIndex = 7;

    private static Step Movs<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        if (op->Flags == OpFlags.None)
        {
            return MoveOne<T>(cpu, op) ? Step.Next : Step.Fault;
        }

        ulong left = Remaining(cpu, op);
        for (int moved = 0; left > 0; left = Remaining(cpu, op))
        {
            if (moved >= Limit(cpu))
            {
                return Step.EndBlock;
            }

            int done = MoveRun(cpu, op, sizeof(T), left);
            if (done == 0)
            {
                if (!MoveOne<T>(cpu, op))
                {
                    return Step.Fault;
                }

                SetCount(cpu, op, left - 1);
                done = sizeof(T);
            }

            moved += done;
        }

        return Step.Next;
    }

    private static Step Stos<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        if (op->Flags == OpFlags.None)
        {
            return StoreOne<T>(cpu, op) ? Step.Next : Step.Fault;
        }

        ulong left = Remaining(cpu, op);
        for (int moved = 0; left > 0; left = Remaining(cpu, op))
        {
            if (moved >= Limit(cpu))
            {
                return Step.EndBlock;
            }

            int done = FillRun<T>(cpu, op, left);
            if (done == 0)
            {
                if (!StoreOne<T>(cpu, op))
                {
                    return Step.Fault;
                }

                SetCount(cpu, op, left - 1);
                done = sizeof(T);
            }

            moved += done;
        }

        return Step.Next;
    }

    private static Step Lods<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        bool repeated = op->Flags != OpFlags.None;
        ulong left = repeated ? Remaining(cpu, op) : 1;
        for (int moved = 0; left > 0; left--)
        {
            if (moved >= Limit(cpu))
            {
                return Step.EndBlock;
            }

            if (!TryLoad(cpu, op, op->Segment, SourceIndex, out T value))
            {
                return Step.Fault;
            }

            SetAccumulator(cpu, value);
            Advance(cpu, op, SourceIndex, sizeof(T));
            if (repeated)
            {
                SetCount(cpu, op, left - 1);
            }

            moved += sizeof(T);
        }

        return Step.Next;
    }

    private static bool MoveOne<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        if (!TryLoad(cpu, op, op->Segment, SourceIndex, out T value) || !TryStore(cpu, op, value))
        {
            return false;
        }

        Advance(cpu, op, SourceIndex, sizeof(T));
        Advance(cpu, op, DestinationIndex, sizeof(T));
        return true;
    }

    private static bool StoreOne<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged
    {
        if (!TryStore(cpu, op, *(T*)&cpu->General[Accumulator]))
        {
            return false;
        }

        Advance(cpu, op, DestinationIndex, sizeof(T));
        return true;
    }

    private static bool TryLoad<T>(Cpu* cpu, MicroOp* op, int segment, int index, out T value)
        where T : unmanaged
    {
        value = default;
        return Segmentation.TryLinear(cpu, segment, Pointer(cpu, op, index), sizeof(T), Access.Read, out ulong linear)
            && LinearMemory.TryRead(cpu, linear, out value, Access.Read);
    }

    private static bool TryStore<T>(Cpu* cpu, MicroOp* op, T value)
        where T : unmanaged =>
        Segmentation.TryLinear(cpu, SegmentIndex.Es, Pointer(cpu, op, DestinationIndex), sizeof(T), Access.Write, out ulong linear)
        && LinearMemory.TryWrite(cpu, linear, value, Access.Write);

    // 32 bits clear the upper half, 8 and 16 leave the rest.
    private static void SetAccumulator<T>(Cpu* cpu, T value)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(uint))
        {
            cpu->General[Accumulator] = *(uint*)&value;
        }
        else
        {
            *(T*)&cpu->General[Accumulator] = value;
        }
    }

    private static int Limit(Cpu* cpu) => IsStepped(cpu) ? 1 : Slice;

    // Somebody looks after each element.
    private static bool IsStepped(Cpu* cpu) => (cpu->Rflags & FlagBits.Trap) != 0 || (cpu->Translator.OneByOne & ~OneByOne.Option) != 0;

    private static ulong Pointer(Cpu* cpu, MicroOp* op, int index) => Cut(cpu->General[index], op);

    private static ulong Remaining(Cpu* cpu, MicroOp* op) => Cut(cpu->General[Count], op);

    private static ulong Cut(ulong value, MicroOp* op) => op->AddressSize switch { 2 => (ushort)value, 4 => (uint)value, _ => value };

    private static void Advance(Cpu* cpu, MicroOp* op, int index, int bytes)
    {
        long step = (cpu->Rflags & FlagBits.Direction) != 0 ? -bytes : bytes;
        SetIndex(cpu, op, index, cpu->General[index] + (ulong)step);
    }

    private static void SetCount(Cpu* cpu, MicroOp* op, ulong value) => SetIndex(cpu, op, Count, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetIndex(Cpu* cpu, MicroOp* op, int index, ulong value)
    {
        switch (op->AddressSize)
        {
            case 2:
                *(ushort*)&cpu->General[index] = (ushort)value;
                break;

            case 4:
                cpu->General[index] = (uint)value;
                break;

            default:
                cpu->General[index] = value;
                break;
        }
    }
}
