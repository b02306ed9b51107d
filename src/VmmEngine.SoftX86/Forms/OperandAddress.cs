using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Addresses of memory operands that handlers compute themselves: in 64-bit mode, in segments without a base.</summary>
internal static unsafe class OperandAddress
{
    /// <summary>[base+disp]</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Based(Cpu* cpu, MicroOp* op) => *(ulong*)((byte*)cpu + op->Base) + (ulong)op->Displacement;

    /// <summary>[base+index*scale+disp]</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Indexed(Cpu* cpu, MicroOp* op) =>
        *(ulong*)((byte*)cpu + op->Base) + (*(ulong*)((byte*)cpu + op->Index) << op->Scale) + (ulong)op->Displacement;
}
