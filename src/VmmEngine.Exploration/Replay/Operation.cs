namespace VmmEngine.Exploration.Replay;

internal enum OperationKind : byte
{
    Read,
    Write,
    CompareExchange,
    Exchange,
    Add,
    Or,
    And,
    Barrier,
    Wait,
    Wake,

    /// <summary>No access: only separates a Leave from an Enter that follows it, so that both orders are seen.</summary>
    Pause,

    /// <summary>The step ran to its end.</summary>
    End,

    /// <summary>The step threw.</summary>
    Fault,
}

/// <summary>The access that a thread performs next.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Variable">Index into the world's variables, -1 where there is none.</param>
/// <param name="Value">Value written, bits, or the value seen by a wait.</param>
/// <param name="Comparand">Compare-exchange only.</param>
internal readonly record struct Operation(OperationKind Kind, int Variable, ulong Value, ulong Comparand)
{
    /// <summary>Whether the access acts on memory at once, behind a full fence: the thread's own store buffer must be empty.</summary>
    public bool IsFenced => Kind is >= OperationKind.CompareExchange and <= OperationKind.Wake;
}
