using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>CF and OF of shifts, at their places. The count is not 0. OF is defined for a count of 1 only; then, and otherwise, as hardware has it.</summary>
internal static class ShiftFlags
{
    /// <summary>SHL: the last bit shifted out, and whether the sign differs from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(byte value, byte result, int count) => Combine(((uint)value << count >> 8) & 1, (uint)result >> 7);

    /// <inheritdoc cref="Left(byte, byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(ushort value, ushort result, int count) => Combine((uint)((ulong)value << count >> 16) & 1, (uint)result >> 15);

    /// <inheritdoc cref="Left(byte, byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(uint value, uint result, int count) => Combine((value >> (32 - count)) & 1, result >> 31);

    /// <inheritdoc cref="Left(byte, byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(ulong value, ulong result, int count) => Combine((uint)(value >> (64 - count)) & 1, (uint)(result >> 63));

    /// <summary>SHR: the last bit shifted out, and the old sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(byte value, int count) => (((uint)value >> (count - 1)) & 1) | ((uint)value >> 7 << 11);

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(ushort value, int count) => (((uint)value >> (count - 1)) & 1) | ((uint)value >> 15 << 11);

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(uint value, int count) => ((value >> (count - 1)) & 1) | (value >> 31 << 11);

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(ulong value, int count) => ((uint)(value >> (count - 1)) & 1) | ((uint)(value >> 63) << 11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Combine(uint carry, uint sign) => carry | ((carry ^ sign) << 11);
}
