using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VmmEngine.SoftX86;

/// <summary>Reads and writes operands as vectors of some element type. Every function of the SIMD table takes its operands as pointers.</summary>
internal static unsafe class Lanes
{
    /// <summary>The 16 bytes at <paramref name="operand"/>, at any alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Of<T>(byte* operand)
        where T : unmanaged => Vector128.Load((T*)operand);

    /// <summary>Writes all 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Step Put<T>(byte* destination, Vector128<T> value)
        where T : unmanaged
    {
        value.Store((T*)destination);
        return Step.Next;
    }
}
