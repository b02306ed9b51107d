namespace VmmEngine.Backends;

/// <summary>What a vCPU does for a debugger only if it is told to: exits, and keeping interrupts away while it steps.</summary>
[Flags]
public enum ExitControls
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary><see cref="ExitReason.Debug"/> behind each instruction, and at the first one of a handler. The guest does not see it.</summary>
    SingleStep = 1,

    /// <summary><see cref="ExitReason.Pause"/>.</summary>
    Pause = 2,

    /// <summary><see cref="ExitReason.Breakpoint"/> at INT3, which is not executed.</summary>
    Breakpoint = 4,

    /// <summary>No exit: external interrupts wait. NMI and exceptions do not.</summary>
    HoldInterrupts = 8,
}
