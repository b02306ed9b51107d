namespace VmmEngine.Devices;

/// <summary>What a descriptor was opened for.</summary>
[Flags]
public enum OpenMode
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Reading.</summary>
    Read = 1,

    /// <summary>Writing.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}
