namespace VmmEngine;

/// <summary>What a row of a table may ask of the caller's credential.</summary>
public enum Privilege
{
    /// <summary>Creating a VM that outlives its creator's descriptor.</summary>
    VmmCreate,

    /// <summary>Destroying another user's VM.</summary>
    VmmDestroy,

    /// <summary>Handing a host's PCI device to a guest.</summary>
    VmmPassthrough,
}
