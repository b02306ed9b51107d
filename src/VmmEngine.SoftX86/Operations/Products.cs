using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VmmEngine.SoftX86;

/// <summary>MUL and IMUL. CF and OF say that the upper half of the product is more than an extension of the lower one.</summary>
internal static unsafe class Products
{
    private const uint Overflow = StatusFlags.Overflow | StatusFlags.Carry;

    /// <summary>MUL r/m8: AX = AL * value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Unsigned(Cpu* cpu, byte value)
    {
        uint product = (uint)*(byte*)cpu * value;
        *(ushort*)cpu = (ushort)product;
        return product >> 8 != 0;
    }

    /// <summary>MUL r/m16: DX:AX = AX * value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Unsigned(Cpu* cpu, ushort value)
    {
        uint product = (uint)*(ushort*)cpu * value;
        *(ushort*)&cpu->General[0] = (ushort)product;
        *(ushort*)&cpu->General[2] = (ushort)(product >> 16);
        return product >> 16 != 0;
    }

    /// <summary>MUL r/m32: EDX:EAX = EAX * value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Unsigned(Cpu* cpu, uint value)
    {
        ulong product = (ulong)*(uint*)cpu * value;
        cpu->General[0] = (uint)product;
        cpu->General[2] = product >> 32;
        return product >> 32 != 0;
    }

    /// <summary>MUL r/m64: RDX:RAX = RAX * value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Unsigned(Cpu* cpu, ulong value)
    {
        ulong low = cpu->General[0] * value;
        ulong high = High(cpu->General[0], value);
        cpu->General[0] = low;
        cpu->General[2] = high;
        return high != 0;
    }

    /// <summary>IMUL r/m8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Signed(Cpu* cpu, byte value)
    {
        int product = *(sbyte*)cpu * (sbyte)value;
        *(short*)cpu = (short)product;
        return product != (sbyte)product;
    }

    /// <summary>IMUL r/m16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Signed(Cpu* cpu, ushort value)
    {
        int product = *(short*)cpu * (short)value;
        *(ushort*)&cpu->General[0] = (ushort)product;
        *(ushort*)&cpu->General[2] = (ushort)(product >> 16);
        return product != (short)product;
    }

    /// <summary>IMUL r/m32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Signed(Cpu* cpu, uint value)
    {
        long product = (long)*(int*)cpu * (int)value;
        cpu->General[0] = (uint)product;
        cpu->General[2] = (uint)(product >> 32);
        return product != (int)product;
    }

    /// <summary>IMUL r/m64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Signed(Cpu* cpu, ulong value)
    {
        ulong low = cpu->General[0] * value;
        ulong high = SignedHigh(cpu->General[0], value);
        cpu->General[0] = low;
        cpu->General[2] = high;
        return high != Sign(low);
    }

    /// <summary>CF and OF of IMUL with two or three operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OverflowFlags(ushort left, ushort right)
    {
        int product = (short)left * (short)right;
        return product != (short)product ? Overflow : 0;
    }

    /// <inheritdoc cref="OverflowFlags(ushort, ushort)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OverflowFlags(uint left, uint right)
    {
        long product = (long)(int)left * (int)right;
        return product != (int)product ? Overflow : 0;
    }

    /// <inheritdoc cref="OverflowFlags(ushort, ushort)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OverflowFlags(ulong left, ulong right)
    {
        return SignedHigh(left, right) != Sign(left * right) ? Overflow : 0;
    }

    // Math.BigMul passes on the address of a local, and a method that does so does not jump to the next handler: it is only called where nothing else
    // multiplies into two registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong left, ulong right) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(left, right) : HighAnywhere(left, right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong HighAnywhere(ulong left, ulong right) => Math.BigMul(left, right, out _);

    // A negative factor is 2^64 too big.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SignedHigh(ulong left, ulong right) => High(left, right) - (Sign(left) & right) - (Sign(right) & left);

    // All ones or zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Sign(ulong value) => (ulong)((long)value >> 63);
}
