namespace VmmEngine.Exploration;

/// <summary>What a scenario is there to show.</summary>
public enum Expectation
{
    /// <summary>Every schedule keeps every promise.</summary>
    Clean,

    /// <summary>A deliberately broken copy: some schedule must break a promise, or the check itself is blind.</summary>
    Caught,
}

/// <summary>One small concurrent program, its promises, and what exploring it must show.</summary>
/// <param name="Group">The protocol it belongs to, such as <c>slot lock</c>; groups order the catalogue.</param>
/// <param name="Name">The fact shown, unique within the catalogue.</param>
/// <param name="Expected">Whether it must come out clean or must be caught.</param>
/// <param name="Build">Fills a fresh world: memory first, then threads. Called once per exploration; must be deterministic.</param>
public sealed record Scenario(string Group, string Name, Expectation Expected, Action<World> Build)
{
    /// <summary>For a broken copy: the only kind of violation that counts as caught; null accepts any.</summary>
    public ViolationKind? ExpectedViolation { get; init; }

    /// <summary>Where its exploration gives up; null for <see cref="ExplorationLimits.Default"/>.</summary>
    public ExplorationLimits? Limits { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Group}: {Name}";
}
