using VmmEngine.Locks;

namespace Counter;

/// <summary>What a caller of the device hands in: the locks of its VM, and its own line among them.</summary>
public readonly unsafe struct CounterCall(VmLocks* locks, CallerLine* line, long[] counters)
{
    private readonly VmLocks* _locks = locks;
    private readonly CallerLine* _line = line;

    /// <summary>The locks, which the generated code takes.</summary>
    public ref VmLocks Locks => ref *_locks;

    /// <summary>The caller's own line.</summary>
    public ref CallerLine Line => ref *_line;

    /// <summary>One counter a vCPU.</summary>
    public long[] Counters { get; } = counters;
}
