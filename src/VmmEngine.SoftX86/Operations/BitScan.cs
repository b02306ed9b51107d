using System.Numerics;
using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>BSF and BSR. A source of 0 leaves the whole destination register as it is, of 32 bits too: what processors do and software relies on.</summary>
internal static unsafe class BitScan
{
    /// <summary>BSF r16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(Cpu* cpu, MicroOp* op, ushort source) => Store(cpu, op, source, (ushort)BitOperations.TrailingZeroCount(source));

    /// <summary>BSF r32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(Cpu* cpu, MicroOp* op, uint source) => Store(cpu, op, source, (ulong)BitOperations.TrailingZeroCount(source));

    /// <summary>BSF r64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(Cpu* cpu, MicroOp* op, ulong source) => Store(cpu, op, source, (ulong)BitOperations.TrailingZeroCount(source));

    /// <summary>BSR r16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reverse(Cpu* cpu, MicroOp* op, ushort source) => Store(cpu, op, source, (ushort)BitOperations.Log2(source));

    /// <summary>BSR r32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reverse(Cpu* cpu, MicroOp* op, uint source) => Store(cpu, op, source, (ulong)BitOperations.Log2(source));

    /// <summary>BSR r64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reverse(Cpu* cpu, MicroOp* op, ulong source) => Store(cpu, op, source, (ulong)BitOperations.Log2(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Cpu* cpu, MicroOp* op, ulong source, ushort index)
    {
        if (source != 0)
        {
            *(ushort*)((byte*)cpu + op->Destination) = index;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Cpu* cpu, MicroOp* op, ulong source, ulong index)
    {
        if (source != 0)
        {
            *(ulong*)((byte*)cpu + op->Destination) = index;
        }
    }
}
