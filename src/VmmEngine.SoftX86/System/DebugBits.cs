namespace VmmEngine.SoftX86;

/// <summary>Bits of DR6 and DR7.</summary>
internal static class DebugBits
{
    /// <summary>DR6.B0 to B3: a breakpoint of DR0 to DR3 was met.</summary>
    public const ulong Met = 15;

    /// <summary>DR6.BD: a debug register was accessed while DR7.GD was set.</summary>
    public const ulong AccessDetected = 1 << 13;

    /// <summary>DR6.BS: TF was set.</summary>
    public const ulong SingleStep = 1 << 14;

    /// <summary>DR6.BT: the new task's TSS has its T bit set.</summary>
    public const ulong TaskSwitch = 1 << 15;

    /// <summary>Bits of DR6 that are always set.</summary>
    public const ulong StatusFixed = 0xFFFF_0FF0;

    /// <summary>Bits of DR6 that can be written.</summary>
    public const ulong StatusWritable = 0xE00F;

    /// <summary>DR7.GD: the next access to a debug register raises #DB.</summary>
    public const ulong GeneralDetect = 1 << 13;

    /// <summary>Bits of DR7 that arm one breakpoint, of DR0's: local and global.</summary>
    public const ulong Enables = 3;

    /// <summary>Where R/W and LEN of DR0's breakpoint are in DR7; four bits further for each next one.</summary>
    public const int FirstCondition = 16;

    /// <summary>The four local enable bits of DR7, which a task switch clears.</summary>
    public const ulong LocalEnables = 0x155;

    /// <summary>Bit of DR7 that is always set.</summary>
    public const ulong ControlFixed = 1 << 10;

    /// <summary>Bits of DR7 that are always clear.</summary>
    public const ulong ControlReserved = 0xDC00 & ~GeneralDetect;
}
