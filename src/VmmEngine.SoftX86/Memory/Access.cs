namespace VmmEngine.SoftX86;

/// <summary>What a memory access is for, and with whose rights.</summary>
[Flags]
internal enum Access : uint
{
    /// <summary>Reads data, with the rights of the current privilege level.</summary>
    Read = 0,

    /// <summary>Writes data, or reads and writes it.</summary>
    Write = 1,

    /// <summary>Fetches code.</summary>
    Execute = 2,

    /// <summary>Is made by the processor itself, with a supervisor's rights at every privilege level: descriptor tables, TSS.</summary>
    System = 4,

    /// <summary>Reads and writes the same place: <see cref="Write"/>, and the old value is asked for too.</summary>
    Modify = Write | 8,
}
