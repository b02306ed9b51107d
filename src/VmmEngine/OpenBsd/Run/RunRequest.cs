using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>What a run asks for, whichever revision's argument it came in.</summary>
internal readonly unsafe struct RunRequest
{
    /// <summary>The client's structure holds its answer to the last exit.</summary>
    public required bool Answers { get; init; }

    /// <summary>The event to enter the guest with.</summary>
    public required vcpu_inject_event Event { get; init; }

    /// <summary>Return as soon as the guest can take an interrupt.</summary>
    public required bool InterruptPending { get; init; }

    /// <summary>The client's structure: any address.</summary>
    public required vm_exit* Exit { get; init; }
}

/// <summary>What comes back of it when it succeeds.</summary>
/// <param name="Reason">A value of <see cref="vm_exit_reason"/>.</param>
/// <param name="InterruptReady">1 if the guest can take an interrupt.</param>
internal readonly record struct RunAnswer(ushort Reason, byte InterruptReady);
