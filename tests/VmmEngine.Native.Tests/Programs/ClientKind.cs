namespace VmmEngine.Native.Tests.Programs;

/// <summary>How a client reaches the engine.</summary>
public enum Access
{
    /// <summary>It is linked to the library and calls its functions.</summary>
    Linked,

    /// <summary>It makes plain system calls and is run by the wrapper.</summary>
    Shim,
}

/// <summary>What runs the client's guests.</summary>
public enum Backend
{
    /// <summary>KVM.</summary>
    Kvm,

    /// <summary>The software processor.</summary>
    Software,
}
