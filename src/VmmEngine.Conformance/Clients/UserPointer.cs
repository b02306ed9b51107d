namespace VmmEngine.Conformance.Clients;

/// <summary>A pointer in a struct: to memory of the client, which it keeps alive, or to nowhere.</summary>
/// <param name="Address">The address.</param>
/// <param name="Target">What is there; null for nowhere.</param>
internal readonly record struct UserPointer(nint Address, Struct? Target)
{
    public static implicit operator UserPointer(Struct target) => new(target.Address, target);

    public static implicit operator UserPointer(nint address) => new(address, null);
}
