namespace VmmEngine.SoftX86;

/// <summary>The fast way of REP MOVS and REP STOS: upwards, in RAM, up to the next page.</summary>
internal static unsafe partial class StringOps
{
    /// <summary>Moves as many elements as lie in one page of the source and one of the destination.</summary>
    /// <returns>Bytes moved; 0: one element has to be moved the slow way.</returns>
    private static int MoveRun(Cpu* cpu, MicroOp* op, int size, ulong left)
    {
        if ((cpu->Rflags & FlagBits.Direction) != 0 || IsStepped(cpu)
            || !TryRun(cpu, op, op->Segment, SourceIndex, Access.Read, out byte* source, out ulong sourceBytes)
            || !TryRun(cpu, op, SegmentIndex.Es, DestinationIndex, Access.Write, out byte* destination, out ulong destinationBytes))
        {
            return 0;
        }

        int count = (int)Math.Min(Math.Min(sourceBytes, destinationBytes) / (uint)size, left);
        int bytes = count * size;
        if (bytes == 0 || !Fits(cpu, op, op->Segment, SourceIndex, bytes, Access.Read) || !Fits(cpu, op, SegmentIndex.Es, DestinationIndex, bytes, Access.Write))
        {
            return 0;
        }

        long distance = destination - source;
        if (distance > 0 && distance < bytes)
        {
            // The guest means to read what it has just written: a pattern spreads.
            CopyUpwards(destination, source, bytes, size);
        }
        else
        {
            Buffer.MemoryCopy(source, destination, bytes, bytes);
        }

        Advance(cpu, op, SourceIndex, bytes);
        Advance(cpu, op, DestinationIndex, bytes);
        SetCount(cpu, op, left - (uint)count);
        return bytes;
    }

    private static int FillRun<T>(Cpu* cpu, MicroOp* op, ulong left)
        where T : unmanaged
    {
        if ((cpu->Rflags & FlagBits.Direction) != 0 || IsStepped(cpu)
            || !TryRun(cpu, op, SegmentIndex.Es, DestinationIndex, Access.Write, out byte* destination, out ulong room))
        {
            return 0;
        }

        int count = (int)Math.Min(room / (uint)sizeof(T), left);
        int bytes = count * sizeof(T);
        if (bytes == 0 || !Fits(cpu, op, SegmentIndex.Es, DestinationIndex, bytes, Access.Write))
        {
            return 0;
        }

        new Span<T>(destination, count).Fill(*(T*)&cpu->General[Accumulator]);
        Advance(cpu, op, DestinationIndex, bytes);
        SetCount(cpu, op, left - (uint)count);
        return bytes;
    }

    /// <summary>Where the element is in this process, and how many bytes lie in its page and before its pointer wraps.</summary>
    private static bool TryRun(Cpu* cpu, MicroOp* op, int segment, int index, Access access, out byte* host, out ulong bytes)
    {
        ulong pointer = Pointer(cpu, op, index);
        ulong linear = LinearOf(cpu, segment, pointer);
        bool found = LinearMemory.TryWindow(cpu, linear, access, out host, out int length);
        ulong beforeWrap = op->AddressSize switch { 2 => 0x1_0000 - pointer, 4 => 0x1_0000_0000 - pointer, _ => ulong.MaxValue };
        bytes = Math.Min((ulong)length, beforeWrap);
        return found;
    }

    // Refused for the whole run: then the elements are tried one by one, and the one that is at fault reports it.
    private static bool Fits(Cpu* cpu, MicroOp* op, int segment, int index, int bytes, Access access) =>
        Segmentation.TryLinear(cpu, segment, Pointer(cpu, op, index), bytes, access, out _);

    private static ulong LinearOf(Cpu* cpu, int segment, ulong offset)
    {
        if (cpu->Mode == CpuMode.Long64)
        {
            return segment >= SegmentIndex.Fs ? cpu->Segments[segment].Base + offset : offset;
        }

        return (uint)(cpu->Segments[segment].Base + offset);
    }

    private static void CopyUpwards(byte* destination, byte* source, int bytes, int size)
    {
        switch (size)
        {
            case 1:
                for (int i = 0; i < bytes; i++)
                {
                    destination[i] = source[i];
                }

                break;

            case 2:
                for (int i = 0; i < bytes; i += 2)
                {
                    *(ushort*)(destination + i) = *(ushort*)(source + i);
                }

                break;

            case 4:
                for (int i = 0; i < bytes; i += 4)
                {
                    *(uint*)(destination + i) = *(uint*)(source + i);
                }

                break;

            default:
                for (int i = 0; i < bytes; i += 8)
                {
                    *(ulong*)(destination + i) = *(ulong*)(source + i);
                }

                break;
        }
    }
}
