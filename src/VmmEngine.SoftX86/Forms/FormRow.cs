namespace VmmEngine.SoftX86;

/// <summary>Who executes an operation.</summary>
internal enum FormKind : byte
{
    /// <summary>Generated handlers: <see cref="FormRow.Method"/> finds the one of a variant.</summary>
    Inline,

    /// <summary>A <c>delegate*&lt;Cpu*, MicroOp*, Step&gt;</c>.</summary>
    Helper,

    /// <summary>A hand-written handler.</summary>
    Handler,

    /// <summary>A <c>delegate*&lt;Cpu*, MicroOp*, byte*, byte*, Step&gt;</c>, called by its class's handlers.</summary>
    Function,
}

/// <summary>The rules column of a table, as far as the translator needs it.</summary>
[Flags]
internal enum FormRules : ushort
{
    None = 0,
    Read = 1,
    Write = 2,
    Address = 4,
    Cpl0 = 8,
    Fault = 16,
    Lock = 32,
    AlwaysLocked = 64,
    Sse = 128,
    Mmx = 256,
    X87 = 512,
    Aligned = 1024,
    Store = 2048,

    /// <summary>The last operand may be the register CL.</summary>
    Count = 4096,

    /// <summary>The first operand is written.</summary>
    WritesFirst = 8192,

    /// <summary>A register's upper bits choose the word of a bit string in memory.</summary>
    BitString = 16384,
}

/// <summary>A row of the tables.</summary>
/// <param name="Kind">Who executes it.</param>
/// <param name="Rules">The rules column.</param>
/// <param name="Ending">How it leaves the block.</param>
/// <param name="Bytes">Operand size that the row states, or 0.</param>
/// <param name="Read">Flags it needs.</param>
/// <param name="Written">Flags it may change.</param>
/// <param name="Killed">Flags it surely changes.</param>
/// <param name="Method">A function pointer, as <paramref name="Kind"/> says.</param>
internal readonly record struct FormRow(
    FormKind Kind, FormRules Rules, FormEnding Ending, byte Bytes, ushort Read, ushort Written, ushort Killed, nint Method);
