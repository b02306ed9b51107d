namespace VmmEngine.Memory;

/// <summary>An address in this process where guest memory is mapped.</summary>
/// <param name="Value">The address; 0 is none.</param>
public readonly record struct Hva(nuint Value)
{
    /// <summary>The bytes there.</summary>
    public unsafe byte* Bytes => (byte*)Value;

    /// <summary>As 0x-hexadecimal.</summary>
    public override string ToString() => $"0x{Value:X}";
}
