using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The address of an operand that is named but not accessed, outside 64-bit mode.</summary>
internal static unsafe class UncheckedAddress
{
    /// <summary>With the segment's base, and without any check.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Based(Cpu* cpu, MicroOp* op)
    {
        ulong offset = *(ulong*)((byte*)cpu + op->Base) + (*(ulong*)((byte*)cpu + op->Index) << op->Scale) + (ulong)op->Displacement;
        offset = op->AddressSize == 2 ? (ushort)offset : (uint)offset;
        cpu->EffectiveAddress = (uint)(((SegmentRegister*)&cpu->Segments)[op->Segment].Base + offset);
        op[1].Handler(cpu, op + 1);
    }
}
