namespace VmmEngine.Backends;

/// <summary>Instructions that a guest's processor may have or not, as far as an interface reports them.</summary>
[Flags]
public enum ProcessorFeatures
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>RDPID.</summary>
    Rdpid = 1,

    /// <summary>RDTSCP.</summary>
    Rdtscp = 2,

    /// <summary>INVPCID.</summary>
    Invpcid = 4,
}
