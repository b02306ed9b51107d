namespace VmmEngine.Conformance.Systems;

/// <summary>Memory of a guest mapped into this process. Disposing unmaps it.</summary>
public interface IMappedMemory : IDisposable
{
    /// <summary>The bytes themselves, not a copy. Not to be used once unmapped.</summary>
    Span<byte> Bytes { get; }
}
