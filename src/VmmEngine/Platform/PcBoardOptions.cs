namespace VmmEngine.Platform;

/// <summary>What a <see cref="PcBoard"/> is built with.</summary>
public sealed record PcBoardOptions
{
    /// <summary>Where COM1's output goes; null: there is no COM1.</summary>
    public SerialSink? Serial { get; init; }

    /// <summary>Where the debug ports' text goes; null: there are none.</summary>
    public SerialSink? Debug { get; init; }

    /// <summary>Told the status that a guest writes to the exit port, as <see cref="ExitPort"/> says; null: there is no exit port.</summary>
    public Action<uint>? Exited { get; init; }

    /// <summary>The guest asks for a reset (keyboard controller, port 0x92). Called by a vCPU's thread inside its exit: posts a request.</summary>
    public required Action Reset { get; init; }

    /// <summary>Bytes of memory from address 0, at most 4 GiB.</summary>
    public ulong LowMemory { get; init; }

    /// <summary>Bytes of memory from 4 GiB.</summary>
    public ulong HighMemory { get; init; }

    /// <summary>How many vCPUs there are.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>The date and time when the board is built, in seconds since 1970 UTC; one that no calendar has leaves the clock as it is.</summary>
    public long StartSeconds { get; init; }
}
