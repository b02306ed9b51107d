namespace VmmEngine.SoftX86;

/// <summary>How an instruction leaves its block.</summary>
internal enum FormEnding : byte
{
    /// <summary>It goes on with the next one.</summary>
    None,

    /// <summary>Through one link.</summary>
    Jump,

    /// <summary>Through the first of two links, or, not taken, the second.</summary>
    Conditional,

    /// <summary>With the next address in RIP, and one link.</summary>
    Indirect,

    /// <summary>With an outcome.</summary>
    System,
}

/// <summary>What the translator must know of an instruction. Flags are masks of RFLAGS bits.</summary>
internal struct FormInfo
{
    /// <summary>Status flags it needs.</summary>
    public uint FlagsRead;

    /// <summary>Status flags it may change or leave undefined: if one of them is live behind it, it must record flags.</summary>
    public uint FlagsWritten;

    /// <summary>Status flags it surely changes or leaves undefined: before it they are dead, unless it reads them or may fault.</summary>
    public uint FlagsKilled;

    /// <summary>How it leaves the block.</summary>
    public FormEnding Ending;

    /// <summary>It may end in a fault or an exit, which shows all flags.</summary>
    public bool MayFault;

    /// <summary>It may write guest memory.</summary>
    public bool WritesMemory;
}
