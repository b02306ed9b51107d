namespace VmmEngine.Tables;

/// <summary>A row of a table as data. The generated <c>...Table</c> classes list them.</summary>
public sealed record CommandRow
{
    /// <summary>The node that the command belongs to.</summary>
    public required string Device { get; init; }

    /// <summary>The section of the table.</summary>
    public required string Section { get; init; }

    /// <summary>The command's name, in upstream's spelling.</summary>
    public required string Name { get; init; }

    /// <summary>The low byte of the command word; null for an operation, which is no command.</summary>
    public byte? Number { get; init; }

    /// <summary>IO, IOR, IOW, IOWR or IOWINT; "-" for an operation.</summary>
    public required string Direction { get; init; }

    /// <summary>The argument's struct, or "int"; null if there is none.</summary>
    public string? Argument { get; init; }

    /// <summary>The argument's size in bytes; 0 if there is none.</summary>
    public required int Size { get; init; }

    /// <summary>The command word; null for an operation.</summary>
    public uint? Value { get; init; }

    /// <summary>The flags in upstream's spelling, in the order in which they are taken.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>The flags of the relaxed lock set; null if the row has none, empty if it takes no lock.</summary>
    public IReadOnlyList<string>? Relaxed { get; init; }

    /// <summary>The row's method; null for commands that the engine issues.</summary>
    public string? Handler { get; init; }

    /// <summary>The row answers ENOSYS after its preconditions: its handler is not there yet.</summary>
    public required bool NotYet { get; init; }

    /// <summary>Before it takes its vCPU, the row waits for those who wait to eject it.</summary>
    public bool GoesLast { get; init; }

    /// <summary>The option without which the command is unknown; null if it is always there.</summary>
    public string? Option { get; init; }

    /// <summary>A privilege for which the handler may ask, later than the locks; null if there is none.</summary>
    public string? MayNeed { get; init; }

    /// <summary>What the row takes, in words and in order.</summary>
    public required IReadOnlyList<string> Takes { get; init; }

    /// <summary>The table's file with its folder.</summary>
    public required string File { get; init; }

    /// <summary>The row's line in it, from 1.</summary>
    public required int Line { get; init; }
}
