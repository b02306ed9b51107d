namespace VmmEngine.Conformance.Cases;

/// <summary>The fact does not hold.</summary>
public sealed class CaseFailedException(string what, string expected, string seen) : Exception($"{what}: expected {expected}, seen {seen}")
{
    /// <summary>What was looked at.</summary>
    public string What { get; } = what;

    /// <summary>What should have been there.</summary>
    public string Expected { get; } = expected;

    /// <summary>What was there.</summary>
    public string Seen { get; } = seen;
}

/// <summary>The fact cannot be found out on this system. The message says why.</summary>
public sealed class CaseSkippedException(string reason) : Exception(reason);
