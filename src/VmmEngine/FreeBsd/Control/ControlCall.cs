using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>One call of the control device: what the generated code and the handlers need of it.</summary>
public readonly unsafe struct ControlCall
{
    private readonly HostLocks* _locks;
    private readonly CallerLine* _line;
    private readonly ControlCaller? _caller;

    /// <summary>A call on bare locks, for checkers and benchmarks of the generated code, which bring handlers of their own.</summary>
    /// <param name="locks">The host's locks.</param>
    /// <param name="line">The calling thread's line.</param>
    public ControlCall(HostLocks* locks, CallerLine* line)
    {
        _locks = locks;
        _line = line;
    }

    internal ControlCall(ControlCaller caller)
        : this(caller.Host.LockMemory.Locks, caller.Line)
    {
        _caller = caller;
    }

    /// <summary>The host's locks.</summary>
    public ref HostLocks Locks => ref *_locks;

    /// <summary>The calling thread's line.</summary>
    public ref CallerLine Line => ref *_line;

    /// <summary>Who calls. The product's handlers are only reached with one.</summary>
    internal ControlCaller Caller => _caller!;
}
