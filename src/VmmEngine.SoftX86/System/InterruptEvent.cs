namespace VmmEngine.SoftX86;

/// <summary>One exception or interrupt while it is delivered.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="Kind">What raised it.</param>
/// <param name="ReturnRip">What is pushed as RIP.</param>
/// <param name="ErrorCode">Pushed where the mode has error codes.</param>
internal readonly record struct InterruptEvent(byte Vector, ExceptionKind Kind, ulong ReturnRip, uint? ErrorCode)
{
    /// <summary>The EXT bit of faults that its delivery raises.</summary>
    public uint External => Kind == ExceptionKind.Software ? 0u : 1;

    /// <summary>The error code of a bad gate: the vector, the IDT bit and EXT.</summary>
    public uint GateError => ((uint)Vector << 3) | 2 | External;
}
