namespace VmmEngine.Exploration.Replay;

internal enum ObservationKind : byte
{
    Enter,
    Leave,
    Record,
}

/// <summary>One observation. Enter and Leave carry a hold bit, Record a variable and its value.</summary>
internal readonly record struct Observation(ObservationKind Kind, ulong Operand, ulong Value);
