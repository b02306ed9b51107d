namespace VmmEngine.SoftX86;

/// <summary>
/// What <see cref="Cpu.FlagKind"/> holds: in bits 8 and up which kind of operation set the flags last, in bits 0 to 5 the number of its sign bit
/// (7, 15, 31 or 63).
/// </summary>
/// <remarks>
/// <see cref="Cpu.FlagResult"/>, <see cref="Cpu.FlagLeft"/> and <see cref="Cpu.FlagRight"/> are sign-extended to 64 bits. That leaves unsigned order,
/// signed order, zero and sign of the operands as they are, so most flags come out of them whatever the size.
/// </remarks>
internal static class FlagKind
{
    /// <summary>The status flags in <see cref="Cpu.Rflags"/> are valid.</summary>
    public const uint None = 0;

    /// <summary>Result = left + right; right is not recorded.</summary>
    public const uint Add = 1 << 8;

    /// <summary>Result = left - right; right is not recorded.</summary>
    public const uint Sub = 2 << 8;

    /// <summary>A result without carry, overflow and adjust.</summary>
    public const uint Logic = 3 << 8;

    /// <summary>Result = left + right + carry.</summary>
    public const uint Adc = 4 << 8;

    /// <summary>Result = left - right - carry.</summary>
    public const uint Sbb = 5 << 8;

    /// <summary>A result; left holds CF, AF and OF at their places in RFLAGS.</summary>
    public const uint Bits = 6 << 8;

    /// <summary>Result = operand + 1; left holds CF, which the operation left alone.</summary>
    public const uint Inc = 7 << 8;

    /// <summary>Result = operand - 1; left holds CF.</summary>
    public const uint Dec = 8 << 8;

    /// <summary>The operation without its size.</summary>
    public const uint OperationMask = ~0xFFu;
}
