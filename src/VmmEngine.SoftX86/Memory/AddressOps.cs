using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// Micro-ops that compute the address of a memory operand: base + index &lt;&lt; scale + displacement, cut to the address size, checked against the
/// segment, and left as a linear address in <see cref="Cpu.EffectiveAddress"/> for the micro-op behind.
/// </summary>
/// <remarks>
/// In 64-bit mode nothing is checked here: an address that is not canonical is found in no translation cache, and the miss raises the exception.
/// </remarks>
internal static unsafe class AddressOps
{
    /// <summary>Chooses the cheapest that is right.</summary>
    /// <param name="mode">How the code was decoded.</param>
    /// <param name="segment">The operand's segment.</param>
    /// <param name="addressSize">2, 4 or 8 bytes.</param>
    /// <param name="flat">The segment is known to pass <see cref="Segmentation.IsFlat"/> for as long as the block is used.</param>
    /// <param name="access">What the operand is for.</param>
    public static delegate*<Cpu*, MicroOp*, void> Select(CpuMode mode, int segment, int addressSize, bool flat, Access access)
    {
        if (mode == CpuMode.Long64)
        {
            bool based = segment is SegmentIndex.Fs or SegmentIndex.Gs;
            return addressSize == 8 ? based ? &Based : &Flat : based ? &Based32 : &Flat32;
        }

        if (flat)
        {
            return addressSize == 4 ? &Flat32 : &Flat16;
        }

        return (access & Access.Write) != 0 ? addressSize == 4 ? &Write32 : &Write16 : addressSize == 4 ? &Read32 : &Read16;
    }

    // SAFETY: the translator writes segment numbers below 6, and this path, which FS and GS take, has no room for a bounds check.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Base(Cpu* cpu, MicroOp* op) => ((SegmentRegister*)&cpu->Segments)[op->Segment].Base;

    /// <summary>64 bits, no base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Flat(Cpu* cpu, MicroOp* op)
    {
        cpu->EffectiveAddress = Offset(cpu, op);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>64 bits and the segment's base: FS and GS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Based(Cpu* cpu, MicroOp* op)
    {
        cpu->EffectiveAddress = Offset(cpu, op) + Base(cpu, op);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>32 bits, no base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Flat32(Cpu* cpu, MicroOp* op)
    {
        cpu->EffectiveAddress = (uint)Offset(cpu, op);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>32 bits in 64-bit mode, and the segment's base: FS and GS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Based32(Cpu* cpu, MicroOp* op)
    {
        cpu->EffectiveAddress = (uint)Offset(cpu, op) + Base(cpu, op);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>16 bits, no base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Flat16(Cpu* cpu, MicroOp* op)
    {
        cpu->EffectiveAddress = (ushort)Offset(cpu, op);
        op[1].Handler(cpu, op + 1);
    }

    /// <summary>32 bits, checked for reading.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read32(Cpu* cpu, MicroOp* op)
    {
        if (TryLeave(cpu, op, (uint)Offset(cpu, op), Access.Read))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>16 bits, checked for reading.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read16(Cpu* cpu, MicroOp* op)
    {
        if (TryLeave(cpu, op, (ushort)Offset(cpu, op), Access.Read))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>32 bits, checked for writing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write32(Cpu* cpu, MicroOp* op)
    {
        if (TryLeave(cpu, op, (uint)Offset(cpu, op), Access.Write))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>16 bits, checked for writing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write16(Cpu* cpu, MicroOp* op)
    {
        if (TryLeave(cpu, op, (ushort)Offset(cpu, op), Access.Write))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>An offset of any size in <see cref="MicroOp.Immediate"/>: MOV between the accumulator and an absolute address. Access in Extra.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Absolute(Cpu* cpu, MicroOp* op)
    {
        if (TryLeave(cpu, op, Cut(op->Immediate, op->AddressSize), (Access)op->Extra))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    /// <summary>
    /// The operand of BT and its kin with a register of <see cref="MicroOp.Size"/> bytes in Source: the register's upper bits, as a signed number,
    /// choose an element. Access in Extra.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BitString(Cpu* cpu, MicroOp* op)
    {
        byte* register = (byte*)cpu + op->Source;
        long bit = op->Size switch { 2 => *(short*)register, 4 => *(int*)register, _ => *(long*)register };
        long element = op->Size switch { 2 => bit >> 4 << 1, 4 => bit >> 5 << 2, _ => bit >> 6 << 3 };
        if (TryLeave(cpu, op, Cut(Offset(cpu, op) + (ulong)element, op->AddressSize), (Access)op->Extra))
        {
            op[1].Handler(cpu, op + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Offset(Cpu* cpu, MicroOp* op)
        => *(ulong*)((byte*)cpu + op->Base) + (*(ulong*)((byte*)cpu + op->Index) << op->Scale) + (ulong)op->Displacement;

    private static ulong Cut(ulong offset, byte addressSize) => addressSize switch { 2 => (ushort)offset, 4 => (uint)offset, _ => offset };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryLeave(Cpu* cpu, MicroOp* op, ulong offset, Access access)
    {
        if (Segmentation.TryLinear(cpu, op->Segment, offset, Math.Max((int)op->Size, 1), access, out ulong linear))
        {
            cpu->EffectiveAddress = linear;
            return true;
        }

        Blocks.Sync(cpu, op);
        cpu->Outcome = Step.Fault;
        return false;
    }
}
