namespace VmmEngine.Conformance.Systems;

/// <summary>What a descriptor is opened for, or what a mapping of it is for.</summary>
[Flags]
public enum Access
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reading.</summary>
    Read = 1,

    /// <summary>Writing.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,

    /// <summary>Executing, which no descriptor is opened for.</summary>
    Execute = 4,
}
