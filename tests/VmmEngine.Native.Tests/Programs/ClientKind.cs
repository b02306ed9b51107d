namespace VmmEngine.Native.Tests.Programs;

/// <summary>How a client reaches the engine.</summary>
public enum Access
{
    /// <summary>It is linked to the library and calls its functions.</summary>
    Linked,

    /// <summary>It makes plain system calls and is run by the wrapper.</summary>
    Shim,

    /// <summary>It loads the library while it runs.</summary>
    Loaded,
}

/// <summary>What runs the client's guests.</summary>
public enum Backend
{
    /// <summary>KVM.</summary>
    Kvm,

    /// <summary>The software processor.</summary>
    Software,
}
