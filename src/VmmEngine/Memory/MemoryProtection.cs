namespace VmmEngine.Memory;

/// <summary>What a guest may do with mapped memory. Upstream's numbers.</summary>
[Flags]
public enum MemoryProtection
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read it.</summary>
    Read = 1,

    /// <summary>Write it.</summary>
    Write = 2,

    /// <summary>Execute it.</summary>
    Execute = 4,

    /// <summary>Everything.</summary>
    All = Read | Write | Execute,
}
