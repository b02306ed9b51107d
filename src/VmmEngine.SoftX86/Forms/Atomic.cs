using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VmmEngine.SoftX86;

/// <summary>Compare and exchange on guest memory, for operations with LOCK.</summary>
internal static unsafe class Atomic
{
    /// <summary>The value found; it was replaced if that is <paramref name="expected"/>.</summary>
    /// <remarks>x86 hosts do it at any address. Others do not across their alignment: there it is a plain exchange, atomic only within the thread.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte CompareExchange(byte* place, byte value, byte expected) => Interlocked.CompareExchange(ref *place, value, expected);

    /// <inheritdoc cref="CompareExchange(byte*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort CompareExchange(ushort* place, ushort value, ushort expected)
    {
        if (!X86Base.IsSupported && ((nuint)place & 1) != 0)
        {
            ushort found = *place;
            *place = found == expected ? value : found;
            return found;
        }

        return Interlocked.CompareExchange(ref *place, value, expected);
    }

    /// <inheritdoc cref="CompareExchange(byte*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(uint* place, uint value, uint expected)
    {
        if (!X86Base.IsSupported && ((nuint)place & 3) != 0)
        {
            uint found = *place;
            *place = found == expected ? value : found;
            return found;
        }

        return Interlocked.CompareExchange(ref *place, value, expected);
    }

    /// <inheritdoc cref="CompareExchange(byte*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CompareExchange(ulong* place, ulong value, ulong expected)
    {
        if (!X86Base.IsSupported && ((nuint)place & 7) != 0)
        {
            ulong found = *place;
            *place = found == expected ? value : found;
            return found;
        }

        return Interlocked.CompareExchange(ref *place, value, expected);
    }
}
