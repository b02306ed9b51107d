namespace VmmEngine.Guests.Platform;

/// <summary>One thing that the platform guest writes down.</summary>
/// <param name="Device">Which device answers.</param>
/// <param name="Step">What is asked.</param>
/// <param name="Expected">The answer.</param>
/// <param name="OnKvm">What the kernel's controllers may answer instead; empty where that is the same.</param>
/// <param name="Why">Why they may; null where they may not.</param>
public sealed record PlatformAnswer(string Device, string Step, ulong Expected, IReadOnlyList<ulong> OnKvm, string? Why)
{
    /// <summary>Whether a value is right on a back end.</summary>
    public bool Accepts(bool isKvm, ulong value) => isKvm && OnKvm.Count != 0 ? OnKvm.Contains(value) : value == Expected;

    /// <inheritdoc/>
    public override string ToString() => $"{Device}: {Step}";
}
