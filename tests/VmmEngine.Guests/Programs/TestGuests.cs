namespace VmmEngine.Guests.Programs;

/// <summary>Every test guest.</summary>
public static class TestGuests
{
    /// <summary>By name, for theories.</summary>
    public static IReadOnlyDictionary<string, TestGuest> ByName { get; } =
        FaultGuests.All.Concat(LoopGuests.All).Concat(MultibootGuests.All).ToDictionary(guest => guest.Name);
}
