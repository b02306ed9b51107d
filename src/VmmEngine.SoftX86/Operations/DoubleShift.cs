using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// SHLD and SHRD, and CF and OF of theirs at their places: the last bit shifted out, and whether the sign changed. With 16-bit operands, a count over
/// 16 is undefined: bits of the second operand, then of the first one again, come in.
/// </summary>
internal static class DoubleShift
{
    /// <summary>SHLD.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Left(ushort value, ushort filler, int count) => (ushort)(Wide(value, filler, value) << count >> 32);

    /// <inheritdoc cref="Left(ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(uint value, uint filler, int count) => (uint)(((((ulong)value) << 32) | filler) << count >> 32);

    /// <inheritdoc cref="Left(ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Left(ulong value, ulong filler, int count) => count == 0 ? value : (value << count) | (filler >> (64 - count));

    /// <summary>SHRD.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Right(ushort value, ushort filler, int count) => (ushort)(Wide(value, filler, value) >> count);

    /// <inheritdoc cref="Right(ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(uint value, uint filler, int count) => (uint)(((((ulong)filler) << 32) | value) >> count);

    /// <inheritdoc cref="Right(ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Right(ulong value, ulong filler, int count) => count == 0 ? value : (value >> count) | (filler << (64 - count));

    /// <summary>After SHLD by a count other than 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(ushort value, ushort filler, ushort result, int count) =>
        ((uint)(Wide(value, filler, value) >> (48 - count)) & 1) | (((uint)(value ^ result) >> 15) << 11);

    /// <inheritdoc cref="LeftFlags(ushort, ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(uint value, uint filler, uint result, int count) => ((value >> (32 - count)) & 1) | (((value ^ result) >> 31) << 11);

    /// <inheritdoc cref="LeftFlags(ushort, ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(ulong value, ulong filler, ulong result, int count) =>
        ((uint)(value >> (64 - count)) & 1) | ((uint)((value ^ result) >> 63) << 11);

    /// <summary>After SHRD by a count other than 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(ushort value, ushort filler, ushort result, int count) =>
        ((uint)(Wide(value, filler, value) >> (count - 1)) & 1) | (((uint)(value ^ result) >> 15) << 11);

    /// <inheritdoc cref="RightFlags(ushort, ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(uint value, uint filler, uint result, int count) => ((value >> (count - 1)) & 1) | (((value ^ result) >> 31) << 11);

    /// <inheritdoc cref="RightFlags(ushort, ushort, ushort, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(ulong value, ulong filler, ulong result, int count) =>
        ((uint)(value >> (count - 1)) & 1) | ((uint)((value ^ result) >> 63) << 11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Wide(ushort high, ushort middle, ushort low) => ((ulong)high << 32) | ((ulong)middle << 16) | low;
}
