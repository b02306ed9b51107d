namespace VmmEngine.SoftX86;

/// <summary>MXCSR: recording exceptions, loading and storing.</summary>
internal static unsafe class Mxcsr
{
    /// <summary>Its value after reset: everything masked, round to nearest.</summary>
    public const uint Reset = 0x1F80;

    /// <summary>Bits that exist, as FXSAVE reports them: with denormals-are-zero.</summary>
    public const uint Mask = 0xFFFF;

    /// <summary>
    /// Records the exceptions met. False: one of them is not masked, #XM (or #UD without CR4.OSXMMEXCPT) is recorded, and no result may be written.
    /// </summary>
    public static bool TryRecord(Cpu* cpu, in FloatContext context)
    {
        FloatFlags flags = context.Flags;
        if (flags == 0)
        {
            return true;
        }

        // An unmasked exception of an operand stops the operation before there is a result that could overflow or be inexact.
        if ((flags & FloatFlags.Before & ~context.Masks) != 0)
        {
            flags &= FloatFlags.Before;
        }

        cpu->Mxcsr |= (uint)flags;
        if ((flags & ~context.Masks) == 0)
        {
            return true;
        }

        _ = Faults.Raise(cpu, (cpu->Cr4 & Cr4Bits.SimdExceptions) != 0 ? Vectors.SimdFloatingPoint : Vectors.InvalidOpcode);
        return false;
    }

    public static Step Load(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        uint value = *(uint*)s;
        if ((value & ~Mask) != 0)
        {
            return Faults.Protection(cpu);
        }

        cpu->Mxcsr = value;
        return Step.Next;
    }

    public static Step Store(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(uint*)d = cpu->Mxcsr;
        return Step.Next;
    }
}
