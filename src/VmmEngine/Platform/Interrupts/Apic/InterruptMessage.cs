namespace VmmEngine.Platform;

/// <summary>What travels between interrupt controllers: who shall take which vector, and how.</summary>
/// <param name="Destination">An APIC id, or a set of logical destinations.</param>
/// <param name="IsLogical">True: the destination is compared with logical ids.</param>
/// <param name="Mode">How it is delivered.</param>
/// <param name="Vector">The vector.</param>
/// <param name="IsLevel">True: its end is broadcast to the IO-APIC.</param>
/// <param name="IsWide">True: the destination has 32 bits, as in x2APIC mode; else 8.</param>
public readonly record struct InterruptMessage(uint Destination, bool IsLogical, DeliveryMode Mode, byte Vector, bool IsLevel, bool IsWide)
{
    private const uint Broadcast8 = 0xFF;

    /// <summary>True if every APIC is meant, whatever its id.</summary>
    public bool IsBroadcast => Destination == (IsWide ? uint.MaxValue : Broadcast8);

    /// <summary>What a write to the address range of messages says. Intel SDM volume 3, 12.11; the trigger mode is ignored, as upstream does.</summary>
    /// <param name="address">0xFEE followed by five hexadecimal digits.</param>
    /// <param name="data">What is written.</param>
    public static InterruptMessage OfMsi(ulong address, ulong data)
    {
        const uint logical = (1 << 3) | (1 << 2); // both the redirection hint and the destination mode
        return new InterruptMessage(
            (uint)(address >> 12) & Broadcast8, ((uint)address & logical) == logical, (DeliveryMode)((data >> 8) & 7), (byte)data, IsLevel: false, IsWide: false);
    }
}

/// <summary>Delivery modes, as bits 8 to 10 of every register that has them.</summary>
public enum DeliveryMode : byte
{
    /// <summary>To all destinations.</summary>
    Fixed,

    /// <summary>To the destination that is at the least urgent work.</summary>
    LowestPriority,

    /// <summary>System management, which the engine has not.</summary>
    SystemManagement,

    /// <summary>Reserved.</summary>
    Reserved,

    /// <summary>A non-maskable interrupt.</summary>
    Nmi,

    /// <summary>Back to the state after a reset, to wait for <see cref="Startup"/>.</summary>
    Init,

    /// <summary>Begin in real mode at the page that the vector names.</summary>
    Startup,

    /// <summary>The vector comes from the 8259s.</summary>
    External,
}
