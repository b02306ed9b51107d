using System.Numerics;
using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Status flags from what the last operation left: <see cref="SoftX86.FlagKind"/> says how.</summary>
/// <remarks>
/// Every function is total: whatever the four words hold, it gives some flag, so an operation that passes on flags nobody asks for may read
/// words that an earlier one, for the same reason, never wrote.
/// </remarks>
internal static unsafe class LazyFlags
{
    /// <summary>CF as 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Carry(Cpu* cpu)
    {
        uint operation = cpu->FlagKind & FlagKind.OperationMask;
        ulong left = cpu->FlagLeft;
        ulong result = cpu->FlagResult;
        if (operation >= FlagKind.Bits)
        {
            return (uint)left & 1;
        }

        if (operation == FlagKind.Sub)
        {
            return result > left ? 1u : 0;
        }

        if (operation == FlagKind.Add)
        {
            return result < left ? 1u : 0;
        }

        if (operation == FlagKind.Logic)
        {
            return 0;
        }

        if (operation == FlagKind.None)
        {
            return (uint)cpu->Rflags & StatusFlags.Carry;
        }

        ulong right = cpu->FlagRight;
        ulong carries = operation == FlagKind.Adc ? (left & right) | ((left | right) & ~result) : (~left & right) | (~(left ^ right) & result);
        return (uint)(carries >> 63);
    }

    /// <summary>OF as 0 or 1.</summary>
    public static uint Overflow(Cpu* cpu)
    {
        ulong left = cpu->FlagLeft;
        ulong result = cpu->FlagResult;
        ulong right = cpu->FlagRight;
        int sign = (int)(cpu->FlagKind & 63);
        return (cpu->FlagKind & FlagKind.OperationMask) switch
        {
            FlagKind.Add => (uint)(((left ^ result) & ((result - left) ^ result)) >> sign) & 1,
            FlagKind.Sub => (uint)(((left ^ result) & (left ^ (left - result))) >> sign) & 1,
            FlagKind.Logic => 0,
            FlagKind.Adc => (uint)(((left ^ result) & (right ^ result)) >> 63),
            FlagKind.Sbb => (uint)(((left ^ result) & (left ^ right)) >> 63),
            FlagKind.Bits => (uint)(left >> 11) & 1,
            FlagKind.Inc => result == ulong.MaxValue << sign ? 1u : 0,
            FlagKind.Dec => result == ~(ulong.MaxValue << sign) ? 1u : 0,
            _ => ((uint)cpu->Rflags >> 11) & 1,
        };
    }

    /// <summary>The status flags at their places in RFLAGS. Changes nothing.</summary>
    public static uint Compute(Cpu* cpu)
    {
        if (cpu->FlagKind == FlagKind.None)
        {
            return (uint)cpu->Rflags & StatusFlags.All;
        }

        ulong result = cpu->FlagResult;
        uint flags = Carry(cpu) | (Overflow(cpu) << 11) | Adjust(cpu);
        flags |= (BitOperations.PopCount((uint)result & 0xFF) & 1) == 0 ? StatusFlags.Parity : 0;
        flags |= result == 0 ? StatusFlags.Zero : 0;
        flags |= (uint)(result >> 63) << 7;
        return flags;
    }

    /// <summary>Makes the status flags in <see cref="Cpu.Rflags"/> valid.</summary>
    public static void Materialize(Cpu* cpu)
    {
        if (cpu->FlagKind != FlagKind.None)
        {
            cpu->Rflags = (cpu->Rflags & ~(ulong)StatusFlags.All) | Compute(cpu);
            cpu->FlagKind = FlagKind.None;
        }
    }

    /// <summary>Materializes the flags and executes the micro-op again. Called through <see cref="Cpu.FlagsMiss"/> only.</summary>
    public static void Miss(Cpu* cpu, MicroOp* op)
    {
        Materialize(cpu);
        op->Handler(cpu, op);
    }

    /// <summary>AF at its place.</summary>
    private static uint Adjust(Cpu* cpu)
    {
        ulong left = cpu->FlagLeft;
        ulong result = cpu->FlagResult;
        return StatusFlags.Adjust & (cpu->FlagKind & FlagKind.OperationMask) switch
        {
            FlagKind.Add => (uint)(left ^ result ^ (result - left)),
            FlagKind.Sub => (uint)(left ^ result ^ (left - result)),
            FlagKind.Adc or FlagKind.Sbb => (uint)(left ^ result ^ cpu->FlagRight),
            FlagKind.Bits => (uint)left,
            FlagKind.Inc => (result & 15) == 0 ? StatusFlags.Adjust : 0,
            FlagKind.Dec => (result & 15) == 15 ? StatusFlags.Adjust : 0,
            _ => 0,
        };
    }
}
