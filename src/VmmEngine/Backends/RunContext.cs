namespace VmmEngine.Backends;

/// <summary>What one run needs of its VM.</summary>
/// <param name="Bus">The devices inside the engine.</param>
/// <param name="Flags">How to run.</param>
/// <param name="Budget">Return <see cref="RunResult.Bogus"/> after about so many guest instructions, where the back end counts them; 0: never.</param>
public readonly record struct RunContext(Bus.DeviceBus Bus, RunFlags Flags, ulong Budget);

/// <summary>How to run.</summary>
[Flags]
public enum RunFlags
{
    /// <summary>HLT sleeps inside the loop; nothing is recorded.</summary>
    None = 0,

    /// <summary>HLT returns <see cref="RunResult.Halted"/>: the caller has something else to run meanwhile.</summary>
    ReturnOnHalt = 1,

    /// <summary>Count exits and time them.</summary>
    Record = 2,
}
