namespace VmmEngine.Backends;

/// <summary>Exits that a vCPU makes only if it is told to.</summary>
[Flags]
public enum ExitControls
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary><see cref="ExitReason.Debug"/> after each instruction.</summary>
    SingleStep = 1,

    /// <summary><see cref="ExitReason.Pause"/>.</summary>
    Pause = 2,

    /// <summary><see cref="ExitReason.Breakpoint"/>.</summary>
    Breakpoint = 4,
}
