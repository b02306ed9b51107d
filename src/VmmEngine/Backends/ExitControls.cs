namespace VmmEngine.Backends;

/// <summary>What a vCPU does only if it is told to: exits for a debugger or for the client's interrupt controller, and keeping interrupts away while it steps.</summary>
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

    /// <summary><see cref="ExitReason.InterruptWindow"/> as soon as the guest can take an external interrupt; for a VM without interrupt controllers.</summary>
    InterruptWindow = 16,
}
