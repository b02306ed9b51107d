using VmmEngine.Locks;

namespace VmmEngine.Backends;

/// <summary>Makes one kind of back end.</summary>
public abstract class BackendFactory
{
    /// <summary>"kvm", "software" or "scripted".</summary>
    public abstract string Name { get; }

    /// <summary>Makes the back end of a new VM.</summary>
    /// <exception cref="BackendUnavailableException">This machine, or this user, cannot have one.</exception>
    public abstract VmBackend Create(in BackendRequest request);
}

/// <summary>What a back end is made for.</summary>
/// <param name="locks">The VM's locks, alive for longer than the back end.</param>
/// <param name="processor">What guests are to see of the processor; null for what the back end shows by itself.</param>
public readonly unsafe struct BackendRequest(VmLocks* locks, GuestProcessor? processor = null)
{
    /// <summary>The VM's locks and vCPUs.</summary>
    public VmLocks* Locks { get; } = locks;

    /// <summary>vCPU ids run from 0 to one less than this.</summary>
    public uint VcpuLimit => Locks->VcpuLimit;

    /// <summary>What keeps the locks' memory, for a back end whose own threads look at it.</summary>
    public object? Owner { get; init; }

    /// <summary>What guests are to see of the processor.</summary>
    public GuestProcessor Processor { get; } = processor ?? GuestProcessor.Unchanged;
}

/// <summary>A back end cannot work here. The message is one line for people: what is the matter, and what to do about it.</summary>
public sealed class BackendUnavailableException : Exception
{
    /// <summary>With a message for people.</summary>
    public BackendUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for people, and what went wrong underneath.</summary>
    public BackendUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message.</summary>
    public BackendUnavailableException()
    {
    }
}
