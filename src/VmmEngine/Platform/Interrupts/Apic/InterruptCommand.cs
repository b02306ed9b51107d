namespace VmmEngine.Platform;

/// <summary>The interrupt command register: what one processor wants of others. Intel SDM volume 3, figures 12-12 and 12-28.</summary>
/// <param name="low">Bits 0 to 31.</param>
/// <param name="high">Bits 32 to 63: the destination, in x2APIC mode all of them.</param>
/// <param name="isWide">True in x2APIC mode.</param>
internal readonly struct InterruptCommand(uint low, uint high, bool isWide)
{
    private const uint LogicalBit = 1 << 11;
    private const uint AssertBit = 1 << 14;
    private const uint LevelBit = 1 << 15;

    /// <summary>The vector; for STARTUP the number of a page.</summary>
    public byte Vector => (byte)low;

    /// <summary>How.</summary>
    public DeliveryMode Mode => (DeliveryMode)((low >> 8) & 7);

    /// <summary>To whom, without a destination.</summary>
    public Shorthand Shorthand => (Shorthand)((low >> 18) & 3);

    /// <summary>The end of an INIT that old processors needed to be told of.</summary>
    public bool IsDeassert => (low & (LevelBit | AssertBit)) == LevelBit;

    /// <summary>To whom, with one.</summary>
    public InterruptMessage Message => new(isWide ? high : high >> 24, (low & LogicalBit) != 0, Mode, Vector, IsLevel: false, isWide);
}

/// <summary>Destinations that need no id.</summary>
internal enum Shorthand
{
    None,
    Self,
    All,
    Others,
}
