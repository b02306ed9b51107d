using System.Numerics;
using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Rotations of all sizes, and CF and OF of theirs at their places. OF is defined for a count of 1 only.</summary>
/// <remarks>All are inlined, also the loops: a handler that passes on the address of a local does not jump to the next one.</remarks>
internal static class Rotation
{
    /// <summary>ROL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Left(byte value, int count) => (byte)((value << (count & 7)) | (value >> (8 - (count & 7))));

    /// <inheritdoc cref="Left(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Left(ushort value, int count) => (ushort)((value << (count & 15)) | (value >> (16 - (count & 15))));

    /// <inheritdoc cref="Left(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Left(uint value, int count) => BitOperations.RotateLeft(value, count);

    /// <inheritdoc cref="Left(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Left(ulong value, int count) => BitOperations.RotateLeft(value, count);

    /// <summary>ROR.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Right(byte value, int count) => (byte)((value >> (count & 7)) | (value << (8 - (count & 7))));

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Right(ushort value, int count) => (ushort)((value >> (count & 15)) | (value << (16 - (count & 15))));

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Right(uint value, int count) => BitOperations.RotateRight(value, count);

    /// <inheritdoc cref="Right(byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Right(ulong value, int count) => BitOperations.RotateRight(value, count);

    /// <summary>Behind ROL the lowest bit is CF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(byte result) => LeftThroughCarryFlags(result, (uint)result & 1);

    /// <inheritdoc cref="LeftFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(ushort result) => LeftThroughCarryFlags(result, (uint)result & 1);

    /// <inheritdoc cref="LeftFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(uint result) => LeftThroughCarryFlags(result, (uint)result & 1);

    /// <inheritdoc cref="LeftFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftFlags(ulong result) => LeftThroughCarryFlags(result, (uint)result & 1);

    /// <summary>Behind ROR the highest bit is CF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(byte result) => RightThroughCarryFlags(result, (uint)(result >> 7));

    /// <inheritdoc cref="RightFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(ushort result) => RightThroughCarryFlags(result, (uint)(result >> 15));

    /// <inheritdoc cref="RightFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(uint result) => RightThroughCarryFlags(result, (uint)(result >> 31));

    /// <inheritdoc cref="RightFlags(byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightFlags(ulong result) => RightThroughCarryFlags(result, (uint)(result >> 63));

    /// <summary>OF: the sign differs from CF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftThroughCarryFlags(byte result, uint carry) => carry | (((uint)(result >> 7) ^ carry) << 11);

    /// <inheritdoc cref="LeftThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftThroughCarryFlags(ushort result, uint carry) => carry | (((uint)(result >> 15) ^ carry) << 11);

    /// <inheritdoc cref="LeftThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftThroughCarryFlags(uint result, uint carry) => carry | (((uint)(result >> 31) ^ carry) << 11);

    /// <inheritdoc cref="LeftThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftThroughCarryFlags(ulong result, uint carry) => carry | (((uint)(result >> 63) ^ carry) << 11);

    /// <summary>OF: the two highest bits differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightThroughCarryFlags(byte result, uint carry) => carry | (((uint)(result >> 7) ^ ((uint)(result >> 6) & 1)) << 11);

    /// <inheritdoc cref="RightThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightThroughCarryFlags(ushort result, uint carry) => carry | (((uint)(result >> 15) ^ ((uint)(result >> 14) & 1)) << 11);

    /// <inheritdoc cref="RightThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightThroughCarryFlags(uint result, uint carry) => carry | (((uint)(result >> 31) ^ ((uint)(result >> 30) & 1)) << 11);

    /// <inheritdoc cref="RightThroughCarryFlags(byte, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightThroughCarryFlags(ulong result, uint carry) => carry | (((uint)(result >> 63) ^ ((uint)(result >> 62) & 1)) << 11);

    /// <summary>RCL; carry is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte LeftThroughCarry(byte value, int count, ref uint carry)
    {
        for (int i = count % 9; i > 0; i--)
        {
            uint bit = (uint)(value >> 7);
            value = (byte)(((uint)value << 1) | carry);
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="LeftThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort LeftThroughCarry(ushort value, int count, ref uint carry)
    {
        for (int i = count % 17; i > 0; i--)
        {
            uint bit = (uint)(value >> 15);
            value = (ushort)(((uint)value << 1) | carry);
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="LeftThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeftThroughCarry(uint value, int count, ref uint carry)
    {
        for (int i = count; i > 0; i--)
        {
            uint bit = (uint)(value >> 31);
            value = (value << 1) | carry;
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="LeftThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LeftThroughCarry(ulong value, int count, ref uint carry)
    {
        for (int i = count; i > 0; i--)
        {
            uint bit = (uint)(value >> 63);
            value = (value << 1) | carry;
            carry = bit;
        }

        return value;
    }

    /// <summary>RCR; carry is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte RightThroughCarry(byte value, int count, ref uint carry)
    {
        for (int i = count % 9; i > 0; i--)
        {
            uint bit = (uint)value & 1;
            value = (byte)((uint)(value >> 1) | (carry << 7));
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="RightThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort RightThroughCarry(ushort value, int count, ref uint carry)
    {
        for (int i = count % 17; i > 0; i--)
        {
            uint bit = (uint)value & 1;
            value = (ushort)((uint)(value >> 1) | (carry << 15));
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="RightThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RightThroughCarry(uint value, int count, ref uint carry)
    {
        for (int i = count; i > 0; i--)
        {
            uint bit = (uint)value & 1;
            value = (value >> 1) | (carry << 31);
            carry = bit;
        }

        return value;
    }

    /// <inheritdoc cref="RightThroughCarry(byte, int, ref uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RightThroughCarry(ulong value, int count, ref uint carry)
    {
        for (int i = count; i > 0; i--)
        {
            uint bit = (uint)value & 1;
            value = (value >> 1) | ((ulong)carry << 63);
            carry = bit;
        }

        return value;
    }
}
