namespace VmmEngine.SoftX86;

/// <summary>SCAS and CMPS: a repeated one ends at the first element that differs (REPE) or is equal (REPNE).</summary>
internal static unsafe partial class StringOps
{
    private static Step Scas<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged => Compare<T>(cpu, op, scan: true);

    private static Step Cmps<T>(Cpu* cpu, MicroOp* op)
        where T : unmanaged => Compare<T>(cpu, op, scan: false);

    private static Step Compare<T>(Cpu* cpu, MicroOp* op, bool scan)
        where T : unmanaged
    {
        bool repeated = op->Flags != OpFlags.None;
        bool whileEqual = (op->Flags & OpFlags.Repne) == 0;
        ulong left = repeated ? Remaining(cpu, op) : 1;
        for (int moved = 0; left > 0; left--)
        {
            if (moved >= Limit(cpu))
            {
                return Step.EndBlock;
            }

            T first = *(T*)&cpu->General[Accumulator];
            if ((!scan && !TryLoad(cpu, op, op->Segment, SourceIndex, out first))
                || !TryLoad(cpu, op, SegmentIndex.Es, DestinationIndex, out T second))
            {
                return Step.Fault;
            }

            bool equal = Record(cpu, first, second);
            if (!scan)
            {
                Advance(cpu, op, SourceIndex, sizeof(T));
            }

            Advance(cpu, op, DestinationIndex, sizeof(T));
            if (repeated)
            {
                SetCount(cpu, op, left - 1);
                if (equal != whileEqual)
                {
                    break;
                }
            }

            moved += sizeof(T);
        }

        return Step.Next;
    }

    private static bool Record<T>(Cpu* cpu, T first, T second)
        where T : unmanaged
    {
        switch (sizeof(T))
        {
            case 1:
                RecordedFlags.Subtract(cpu, *(byte*)&first, *(byte*)&second);
                break;

            case 2:
                RecordedFlags.Subtract(cpu, *(ushort*)&first, *(ushort*)&second);
                break;

            case 4:
                RecordedFlags.Subtract(cpu, *(uint*)&first, *(uint*)&second);
                break;

            default:
                RecordedFlags.Subtract(cpu, *(ulong*)&first, *(ulong*)&second);
                break;
        }

        return cpu->FlagResult == 0;
    }
}
