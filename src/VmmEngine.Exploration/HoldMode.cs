namespace VmmEngine.Exploration;

/// <summary>How a thread is inside a resource.</summary>
public enum HoldMode
{
    /// <summary>Nobody else may be inside in any mode.</summary>
    Exclusive,

    /// <summary>Others may be inside, but only shared.</summary>
    Shared,
}
