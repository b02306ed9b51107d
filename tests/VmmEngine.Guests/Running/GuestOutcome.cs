using VmmEngine.Backends;

namespace VmmEngine.Guests.Running;

/// <summary>How a guest's run ended.</summary>
public enum GuestEnd
{
    /// <summary>It wrote to the exit port.</summary>
    Exited,

    /// <summary>A triple fault.</summary>
    Shutdown,

    /// <summary>It used mapped memory in a way that the mapping forbids.</summary>
    MemoryFault,

    /// <summary>The back end could not go on.</summary>
    Failure,

    /// <summary>It was stopped because its time was over.</summary>
    TimedOut,
}

/// <summary>An exit that no device handled.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Address">The guest-physical address, or the port.</param>
/// <param name="Data">What was written.</param>
public readonly record struct GuestExit(ExitReason Reason, ulong Address, ulong Data);

/// <summary>What came of a guest.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Status">What it wrote to the exit port.</param>
/// <param name="Console">What it printed.</param>
/// <param name="Exits">The first hundred exits that no device handled.</param>
public sealed record GuestOutcome(GuestEnd End, uint Status, string Console, IReadOnlyList<GuestExit> Exits);
