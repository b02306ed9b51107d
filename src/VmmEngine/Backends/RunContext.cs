namespace VmmEngine.Backends;

/// <summary>What one run needs of its VM.</summary>
/// <param name="Bus">The devices inside the engine.</param>
/// <param name="Flags">How to run.</param>
/// <param name="Budget">
/// Return <see cref="RunResult.Bogus"/> after about so many guest instructions, or on a back end that counts none after a slice of the host's time,
/// whatever the number; 0: never. The back end ends the run with an <see cref="ExitReason.Interrupted"/> that has <see cref="ExitFlags.BudgetSpent"/>.
/// </param>
public readonly record struct RunContext(Bus.DeviceBus Bus, RunFlags Flags, ulong Budget);

/// <summary>How to run.</summary>
[Flags]
public enum RunFlags
{
    /// <summary>HLT sleeps inside the loop; what nobody claims is an exit; nothing is recorded.</summary>
    None = 0,

    /// <summary>HLT returns <see cref="RunResult.Halted"/>: the caller has something else to run meanwhile.</summary>
    ReturnOnHalt = 1,

    /// <summary>Count exits and time them, in <see cref="VmBackend.StatisticsOf"/>.</summary>
    Record = 2,

    /// <summary>HLT with interrupts disabled returns <see cref="RunResult.Halted"/>, for a caller that counts the vCPUs which no interrupt can wake.</summary>
    ReturnOnFinalHalt = 4,

    /// <summary>
    /// What nobody claims is answered as a PC does: reads of ports and of device memory give all ones, writes vanish, and an unknown
    /// model-specific register raises #GP.
    /// </summary>
    AnswerUnclaimed = 8,

    /// <summary>
    /// A task switch is <see cref="ExitReason.TaskSwitch"/>, for a caller that carries it out, where the back end can leave before one. KVM
    /// carries them out itself.
    /// </summary>
    ReturnOnTaskSwitch = 16,
}
