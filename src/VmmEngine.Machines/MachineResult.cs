using VmmEngine.RunLoop;

namespace VmmEngine.Machines;

/// <summary>How a run ended.</summary>
/// <param name="End">The way.</param>
/// <param name="Status">What the guest wrote to the exit port, for <see cref="MachineEnd.Exited"/>; 0 otherwise.</param>
/// <param name="Detail">For people: which vCPU, where, why.</param>
/// <param name="Instructions">Guest instructions since the machine was built, where the back end counts them.</param>
/// <param name="Elapsed">Wall-clock time of the run.</param>
/// <param name="Exits">The exits of all vCPUs since the machine was built; empty unless they are recorded.</param>
public sealed record MachineResult(MachineEnd End, uint Status, string Detail, ulong? Instructions, TimeSpan Elapsed, ExitStatistics Exits);

/// <summary>Ways in which a run ends.</summary>
public enum MachineEnd
{
    /// <summary>The guest wrote its status to the exit port.</summary>
    Exited,

    /// <summary>Every vCPU halted, and nothing can wake one.</summary>
    Halted,

    /// <summary>The guest asked for a reset.</summary>
    Reset,

    /// <summary>A vCPU shut down: an exception could not even be reported as a double fault.</summary>
    TripleFault,

    /// <summary><see cref="Machine.Stop"/>, or the caller's cancellation.</summary>
    Stopped,

    /// <summary>The time is up.</summary>
    TimedOut,

    /// <summary>So many exits as the caller allowed.</summary>
    ExitLimit,

    /// <summary>The guest did what the engine or the back end cannot carry out, such as a write to read-only memory.</summary>
    Failed,
}
