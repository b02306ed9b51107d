namespace VmmEngine.Exploration;

/// <summary>The ways in which a schedule can break a promise.</summary>
public enum ViolationKind
{
    /// <summary>Two threads inside one resource, one of them exclusively.</summary>
    TwoHolders,

    /// <summary>Nobody can go on and somebody has not finished.</summary>
    Deadlock,

    /// <summary>A deadlock in which a vCPU sits in the guest: it was not told to leave.</summary>
    LostKick,

    /// <summary>A schedule returns to a state it has been in, and can do so for ever.</summary>
    Livelock,

    /// <summary>All threads have finished and a word that must be as it was is not, or somebody is still inside a resource.</summary>
    Leftover,

    /// <summary>A promise about the end of the scenario is broken.</summary>
    WrongEnd,

    /// <summary>The code threw, entered twice, left what it was not inside, or wrote shared memory without the atomics.</summary>
    Fault,
}

/// <summary>A broken promise and a schedule that breaks it.</summary>
/// <param name="Kind">Which promise.</param>
/// <param name="Message">What happened, in one sentence.</param>
/// <param name="Trace">The schedule, one line per step; a shortest one except for <see cref="ViolationKind.Livelock"/>.</param>
public sealed record Violation(ViolationKind Kind, string Message, IReadOnlyList<string> Trace)
{
    /// <summary>The message and the trace, a line each.</summary>
    public override string ToString() => $"{Kind}: {Message}{Environment.NewLine}{string.Join(Environment.NewLine, Trace)}";
}
