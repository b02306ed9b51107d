namespace VmmEngine.Exploration.States;

/// <summary>One thread's share of a state.</summary>
internal struct ThreadState
{
    /// <summary>Number of the <see cref="Replay.Decision"/> that the thread is at.</summary>
    public int Decision;

    /// <summary>Whether the pending wait has gone to sleep.</summary>
    public bool IsAsleep;

    /// <summary>While the thread is inside a process-wide barrier: bit per thread that has yet to pass its fence; else 0.</summary>
    public byte BarrierWaitsFor;

    /// <summary>The <see cref="Holds"/> of the thread.</summary>
    public ulong Holds;

    /// <summary>Number of entries in its store buffer.</summary>
    public int Buffered;
}
