using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// Conditions out of lazy flags, for handlers: what is cheap is answered in place; otherwise false comes back and the handler asks for
/// <see cref="Cpu.FlagsMiss"/>, behind which every condition can be answered.
/// </summary>
internal static unsafe class Conditions
{
    /// <summary>ZF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEqual(Cpu* cpu, out bool condition)
    {
        condition = cpu->FlagKind != FlagKind.None ? cpu->FlagResult == 0 : (cpu->Rflags & StatusFlags.Zero) != 0;
        return true;
    }

    /// <summary>SF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySign(Cpu* cpu, out bool condition)
    {
        condition = cpu->FlagKind != FlagKind.None ? (long)cpu->FlagResult < 0 : (cpu->Rflags & StatusFlags.Sign) != 0;
        return true;
    }

    /// <summary>CF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryBelow(Cpu* cpu, out bool condition)
    {
        condition = LazyFlags.Carry(cpu) != 0;
        return true;
    }

    /// <summary>CF or ZF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryBelowOrEqual(Cpu* cpu, out bool condition)
    {
        uint operation = cpu->FlagKind & FlagKind.OperationMask;
        if (operation == FlagKind.Sub)
        {
            // A borrow makes the result larger than the left operand.
            condition = cpu->FlagResult > cpu->FlagLeft || cpu->FlagResult == 0;
            return true;
        }

        condition = (cpu->Rflags & (StatusFlags.Carry | StatusFlags.Zero)) != 0;
        return operation == FlagKind.None;
    }

    /// <summary>SF is not OF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLess(Cpu* cpu, out bool condition)
    {
        uint operation = cpu->FlagKind & FlagKind.OperationMask;
        if (operation == FlagKind.Sub)
        {
            condition = SubtractionIsLess(cpu);
            return true;
        }

        if (operation == FlagKind.Logic)
        {
            condition = (long)cpu->FlagResult < 0;
            return true;
        }

        condition = FlagsSayLess(cpu);
        return operation == FlagKind.None;
    }

    /// <summary>ZF, or SF is not OF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLessOrEqual(Cpu* cpu, out bool condition)
    {
        uint operation = cpu->FlagKind & FlagKind.OperationMask;
        if (operation == FlagKind.Sub)
        {
            condition = cpu->FlagResult == 0 || SubtractionIsLess(cpu);
            return true;
        }

        if (operation == FlagKind.Logic)
        {
            condition = (long)cpu->FlagResult <= 0;
            return true;
        }

        condition = (cpu->Rflags & StatusFlags.Zero) != 0 || FlagsSayLess(cpu);
        return operation == FlagKind.None;
    }

    /// <summary>OF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryOverflow(Cpu* cpu, out bool condition)
    {
        condition = (cpu->Rflags & StatusFlags.Overflow) != 0;
        return cpu->FlagKind == FlagKind.None;
    }

    /// <summary>PF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParity(Cpu* cpu, out bool condition)
    {
        condition = (cpu->Rflags & StatusFlags.Parity) != 0;
        return cpu->FlagKind == FlagKind.None;
    }

    // The sign of the result, unless the subtraction overflowed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool SubtractionIsLess(Cpu* cpu)
    {
        ulong left = cpu->FlagLeft;
        ulong result = cpu->FlagResult;
        ulong overflow = (left ^ result) & (left ^ (left - result));
        return (((result ^ overflow) >> (int)(cpu->FlagKind & 63)) & 1) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool FlagsSayLess(Cpu* cpu) => (((cpu->Rflags >> 7) ^ (cpu->Rflags >> 11)) & 1) != 0;
}
