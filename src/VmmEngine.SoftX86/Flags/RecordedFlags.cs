using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Records flags for operations whose result is not what the flags are about.</summary>
internal static unsafe class RecordedFlags
{
    /// <summary>The flags of a comparison of 8 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(Cpu* cpu, byte left, byte right) => Subtract(cpu, (ulong)(sbyte)left, (ulong)(sbyte)(left - right), 7);

    /// <summary>The flags of a comparison of 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(Cpu* cpu, ushort left, ushort right) => Subtract(cpu, (ulong)(short)left, (ulong)(short)(left - right), 15);

    /// <summary>The flags of a comparison of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(Cpu* cpu, uint left, uint right) => Subtract(cpu, (ulong)(int)left, (ulong)(int)(left - right), 31);

    /// <summary>The flags of a comparison of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(Cpu* cpu, ulong left, ulong right) => Subtract(cpu, left, left - right, 63);

    /// <summary>ZF: whether a value is 0. The other flags are undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Test(Cpu* cpu, ulong value)
    {
        cpu->FlagResult = value;
        cpu->FlagKind = FlagKind.Logic;
    }

    /// <summary>
    /// CF and OF of a product. The other flags are undefined: they are clear, for they must not tell what was recorded before, which a restored machine
    /// does not know, and which depends on whose flags the translator found dead.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product(Cpu* cpu, bool overflow)
    {
        cpu->FlagResult = 1; // positive, not 0, of odd parity
        cpu->FlagLeft = overflow ? StatusFlags.Overflow | StatusFlags.Carry : 0;
        cpu->FlagKind = FlagKind.Bits;
    }

    /// <summary>CMPXCHG: the flags, and, if the values differ, what was found goes into the accumulator; only then is RAX's upper half cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exchange(Cpu* cpu, byte accumulator, byte found)
    {
        Subtract(cpu, accumulator, found);
        if (accumulator != found)
        {
            *(byte*)cpu = found;
        }
    }

    /// <inheritdoc cref="Exchange(Cpu*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exchange(Cpu* cpu, ushort accumulator, ushort found)
    {
        Subtract(cpu, accumulator, found);
        if (accumulator != found)
        {
            *(ushort*)cpu = found;
        }
    }

    /// <inheritdoc cref="Exchange(Cpu*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exchange(Cpu* cpu, uint accumulator, uint found)
    {
        Subtract(cpu, accumulator, found);
        if (accumulator != found)
        {
            cpu->General[0] = found;
        }
    }

    /// <inheritdoc cref="Exchange(Cpu*, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exchange(Cpu* cpu, ulong accumulator, ulong found)
    {
        Subtract(cpu, accumulator, found);
        if (accumulator != found)
        {
            cpu->General[0] = found;
        }
    }

    private static void Subtract(Cpu* cpu, ulong left, ulong result, uint sign)
    {
        cpu->FlagResult = result;
        cpu->FlagLeft = left;
        cpu->FlagKind = FlagKind.Sub | sign;
    }
}
