namespace VmmEngine.FreeBsd;

/// <summary>What a descriptor of a VM can do beyond upstream's.</summary>
[Flags]
public enum VmOpenOptions
{
    /// <summary>As upstream.</summary>
    None = 0,

    /// <summary>The VM is destroyed when this open file is closed for the last time.</summary>
    DestroyOnClose = 1,

    /// <summary>
    /// Commands that upstream freezes a vCPU for without need take the table's relaxed locks instead. Answers and errors are the
    /// same; running vCPUs are disturbed less.
    /// </summary>
    Relaxed = 2,
}
