namespace VmmEngine.Loaders;

/// <summary>The processor mode that an image starts in.</summary>
public enum EntryMode
{
    /// <summary>16-bit real mode, segments of 64 KiB.</summary>
    Real,

    /// <summary>32-bit protected mode, flat segments, no paging.</summary>
    Protected,

    /// <summary>64-bit mode; the first 4 GiB are mapped where they are.</summary>
    Long,
}
