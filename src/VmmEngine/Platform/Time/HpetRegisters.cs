namespace VmmEngine.Platform;

/// <summary>Offsets and bits of the HPET's registers. IA-PC HPET specification 1.0a, chapter 2.</summary>
internal static class HpetRegisters
{
    public const uint Capabilities = 0x000;
    public const uint Configuration = 0x010;
    public const uint InterruptStatus = 0x020;
    public const uint MainCounter = 0x0F0;
    public const uint FirstTimer = 0x100;
    public const uint TimerStride = 0x20;

    /// <summary>Offsets inside a timer's registers.</summary>
    public const uint TimerConfiguration = 0x00;
    public const uint TimerComparator = 0x08;
    public const uint TimerMessage = 0x10;

    /// <summary>Bits of the configuration register.</summary>
    public const ulong Enabled = 1;
    public const ulong LegacyRouting = 2;

    /// <summary>Bits of a timer's configuration.</summary>
    public const ulong Level = 1 << 1;
    public const ulong InterruptEnabled = 1 << 2;
    public const ulong Periodic = 1 << 3;
    public const ulong CanBePeriodic = 1 << 4;
    public const ulong SetsAccumulator = 1 << 6;
    public const int RouteShift = 9;
    public const ulong RouteBits = 0x1F << RouteShift;
    public const ulong SendsMessage = 1 << 14;
    public const ulong CanSendMessage = 1 << 15;
    public const int RoutesShift = 32;
}
