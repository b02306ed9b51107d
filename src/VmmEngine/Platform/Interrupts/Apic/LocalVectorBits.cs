namespace VmmEngine.Platform;

/// <summary>Bits of the local vector table's entries. Intel SDM volume 3, figure 12-8.</summary>
internal static class LocalVectorBits
{
    public const uint Masked = 1 << 16;
    public const uint Periodic = 1 << 17;
    public const uint Deadline = 2 << 17;
    public const uint TimerMode = 3 << 17;

    private const uint Vector = 0xFF;
    private const uint ModeBits = 7 << 8;
    private const uint PinBits = (1 << 13) | (1 << 15); // polarity and trigger mode: kept, for pins here have edges only

    /// <summary>True if the entry says how its interrupt is delivered.</summary>
    public static bool HasMode(LocalVector source) => source is not (LocalVector.Timer or LocalVector.Error);

    /// <summary>How it is delivered.</summary>
    public static DeliveryMode Mode(uint entry) => (DeliveryMode)((entry >> 8) & 7);

    /// <summary>What a guest can write.</summary>
    public static uint Writable(LocalVector source) => source switch
    {
        LocalVector.Timer => Vector | Masked | TimerMode,
        LocalVector.Error => Vector | Masked,
        LocalVector.Lint0 or LocalVector.Lint1 => Vector | ModeBits | PinBits | Masked,
        _ => Vector | ModeBits | Masked,
    };
}

/// <summary>Bits of the error status register. Intel SDM volume 3, figure 12-9.</summary>
internal static class ErrorBits
{
    public const uint SentIllegalVector = 1 << 5;
    public const uint ReceivedIllegalVector = 1 << 6;
    public const uint IllegalRegister = 1 << 7;
}
