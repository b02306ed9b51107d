namespace VmmEngine.Memory;

/// <summary>A guest-physical address. It cannot be dereferenced: guest memory has one checked door to what lies there.</summary>
/// <param name="Value">Bytes from the start of the guest's physical address space.</param>
public readonly record struct Gpa(ulong Value)
{
    /// <summary>As 0x-hexadecimal.</summary>
    public override string ToString() => $"0x{Value:X}";
}
