namespace VmmEngine.Guests.Lockstep;

/// <summary>What may differ between two sides without anything being wrong.</summary>
/// <param name="Memory">Memory whose content depends on time.</param>
/// <param name="Flags">Status flags that the guest's instructions leave undefined.</param>
public sealed record LockstepTolerance(IReadOnlyList<(ulong Address, ulong Length)> Memory, ulong Flags)
{
    /// <summary>Nothing.</summary>
    public static LockstepTolerance None { get; } = new([], 0);
}
