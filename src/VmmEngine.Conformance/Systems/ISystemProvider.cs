namespace VmmEngine.Conformance.Systems;

/// <summary>Starts systems to be tested: for the engine a new host each time, for a kernel the one that runs.</summary>
public interface ISystemProvider
{
    /// <summary>What executes the guests, in one word.</summary>
    string Backend { get; }

    /// <summary>Starts a system without VMs.</summary>
    /// <exception cref="NotSupportedException">It cannot be set up so; the message is for people.</exception>
    ISystemUnderTest Start(SystemSetup setup);
}
