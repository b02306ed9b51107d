namespace VmmEngine.SoftX86;

/// <summary>Where a handler takes the address of its memory operand from.</summary>
internal enum FormAddressing : uint
{
    /// <summary>No memory operand.</summary>
    None = 0,

    /// <summary>[base+disp].</summary>
    Base = 1,

    /// <summary>[base+index*scale+disp].</summary>
    Index = 2,

    /// <summary><see cref="Cpu.EffectiveAddress"/>.</summary>
    Linear = 3,
}

/// <summary>The number of a handler among those of its operation; laid out as the generator's <c>Variant.Key</c>.</summary>
internal static class FormVariant
{
    /// <summary>Flags are left alone.</summary>
    public const uint FlagsNone = 0;

    /// <summary>Flags are recorded.</summary>
    public const uint FlagsAll = 1;

    /// <summary>Flags but CF are recorded; CF becomes undefined.</summary>
    public const uint FlagsNoCarry = 2;

    /// <summary>LOCK.</summary>
    public const uint Locked = 1 << 2;

    /// <summary>The number.</summary>
    public static uint Pack(int shape, int sizes, FormAddressing addressing) => ((uint)addressing << 3) | ((uint)sizes << 5) | ((uint)shape << 9);
}
