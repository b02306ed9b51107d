using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Pushes and pops of helpers, with the stack pointer as wide as mode and SS say.</summary>
internal static unsafe class Stack
{
    private const int Rsp = 4;

    /// <summary>The bits of RSP that count.</summary>
    public static ulong Mask(Cpu* cpu)
    {
        if (cpu->Mode == CpuMode.Long64)
        {
            return ulong.MaxValue;
        }

        return (cpu->Segments[SegmentIndex.Ss].Access & AccessBits.Big) != 0 ? uint.MaxValue : ushort.MaxValue;
    }

    /// <summary>Pushes 2, 4 or 8 bytes.</summary>
    /// <returns>False: an exception or exit is recorded (see <see cref="LinearMemory"/>); RSP is as before.</returns>
    public static bool TryPush(Cpu* cpu, ulong value, int size)
    {
        ulong mask = Mask(cpu);
        ulong top = (cpu->General[Rsp] - (uint)size) & mask;
        if (!Segmentation.TryLinear(cpu, SegmentIndex.Ss, top, size, Access.Write, out ulong linear))
        {
            return false;
        }

        bool written = size switch
        {
            2 => LinearMemory.TryWrite(cpu, linear, (ushort)value, Access.Write),
            4 => LinearMemory.TryWrite(cpu, linear, (uint)value, Access.Write),
            _ => LinearMemory.TryWrite(cpu, linear, value, Access.Write),
        };
        if (written)
        {
            Move(cpu, top, mask);
        }

        return written;
    }

    /// <summary>Pops 2, 4 or 8 bytes.</summary>
    /// <returns>False: as for a push.</returns>
    public static bool TryPop(Cpu* cpu, out ulong value, int size)
    {
        if (!TryPeek(cpu, 0, out value, size))
        {
            return false;
        }

        Drop(cpu, size);
        return true;
    }

    /// <summary>Reads 2, 4 or 8 bytes that lie deeper, and leaves RSP: for instructions that pop several values or none.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="depth">Bytes from the top.</param>
    /// <param name="value">The value, zero-extended.</param>
    /// <param name="size">Its bytes.</param>
    public static bool TryPeek(Cpu* cpu, uint depth, out ulong value, int size)
    {
        value = 0;
        ulong place = (cpu->General[Rsp] + depth) & Mask(cpu);
        if (!Segmentation.TryLinear(cpu, SegmentIndex.Ss, place, size, Access.Read, out ulong linear))
        {
            return false;
        }

        switch (size)
        {
            case 2:
                bool read = LinearMemory.TryRead(cpu, linear, out ushort word, Access.Read);
                value = word;
                return read;
            case 4:
                read = LinearMemory.TryRead(cpu, linear, out uint doubleWord, Access.Read);
                value = doubleWord;
                return read;
            default:
                return LinearMemory.TryRead(cpu, linear, out value, Access.Read);
        }
    }

    /// <summary>Takes bytes off the stack.</summary>
    public static void Drop(Cpu* cpu, int bytes)
    {
        ulong mask = Mask(cpu);
        Move(cpu, (cpu->General[Rsp] + (ulong)(long)bytes) & mask, mask);
    }

    // A 16-bit stack pointer leaves the upper half of ESP; a 32-bit one is zero-extended like any 32-bit register.
    private static void Move(Cpu* cpu, ulong top, ulong mask)
        => cpu->General[Rsp] = mask == ushort.MaxValue ? (cpu->General[Rsp] & ~mask) | top : top;
}
