namespace VmmEngine.Paging;

/// <summary>How a walk of a guest's page tables ended.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Address">The guest-physical address, if it came to one.</param>
/// <param name="ErrorCode">The page fault's error code, if it came to one.</param>
internal readonly record struct WalkResult(WalkOutcome Outcome, ulong Address, uint ErrorCode)
{
    /// <summary>The linear address is not canonical: a general-protection fault.</summary>
    public static WalkResult NotCanonical => new(WalkOutcome.NotCanonical, 0, 0);

    /// <summary>A table lies where no memory is.</summary>
    public static WalkResult NoMemory => new(WalkOutcome.NoMemory, 0, 0);

    /// <summary>An address.</summary>
    public static WalkResult At(ulong address) => new(WalkOutcome.Translated, address, 0);

    /// <summary>A page fault.</summary>
    public static WalkResult PageFault(uint errorCode) => new(WalkOutcome.PageFault, 0, errorCode);
}

/// <summary>The ways in which a walk can end.</summary>
internal enum WalkOutcome
{
    /// <summary>At an address.</summary>
    Translated,

    /// <summary>With a page fault.</summary>
    PageFault,

    /// <summary>With a general-protection fault.</summary>
    NotCanonical,

    /// <summary>At a table outside memory.</summary>
    NoMemory,
}
