namespace VmmEngine;

/// <summary>Build options of upstream that add commands. A command whose option is off is unknown: ENOTTY.</summary>
[Flags]
public enum Option
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>FreeBSD 12's commands.</summary>
    Compat12 = 1,

    /// <summary>FreeBSD 13's commands.</summary>
    Compat13 = 2,

    /// <summary>FreeBSD 14's commands.</summary>
    Compat14 = 4,

    /// <summary>Saving and restoring device state.</summary>
    Snapshot = 8,

    /// <summary>Saving and restoring, in FreeBSD 13's form.</summary>
    Snapshot13 = 16,
}
