namespace VmmEngine.Guests.BuiltIn;

/// <summary>A guest as bytes.</summary>
/// <param name="Bytes">Code, then data.</param>
/// <param name="Entry0">Where vCPU 0 begins.</param>
/// <param name="Entry1">Where vCPU 1 begins.</param>
/// <param name="DataOffset">Where code ends and data begins.</param>
public sealed record AssembledGuest(byte[] Bytes, uint Entry0, uint Entry1, int DataOffset);
