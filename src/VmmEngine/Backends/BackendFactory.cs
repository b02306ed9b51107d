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
/// <param name="memory">The VM's locks. The back end keeps them: whoever can still reach it, such as a clock's thread, reaches locks that are there.</param>
/// <param name="processor">What guests are to see of the processor; null for what the back end shows by itself.</param>
public readonly unsafe struct BackendRequest(VmLockMemory memory, GuestProcessor? processor = null)
{
    /// <summary>The memory of the VM's locks.</summary>
    public VmLockMemory Memory { get; } = memory;

    /// <summary>The VM's locks and vCPUs.</summary>
    public VmLocks* Locks => Memory.Locks;

    /// <summary>vCPU ids run from 0 to one less than this.</summary>
    public uint VcpuLimit => Locks->VcpuLimit;

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
