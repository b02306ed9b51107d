using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.RunLoop;

/// <summary>What the run loop tells about its exits. A struct type parameter: what a recorder does not do costs nothing.</summary>
internal interface IExitRecorder
{
    /// <summary>Guest code has been left.</summary>
    void Exited(ExitReason reason);

    /// <summary>Guest code is about to be entered.</summary>
    void Entering();

    /// <summary>The last exit has been dealt with as far as the engine is concerned: the caller gets it, or the vCPU goes to sleep.</summary>
    void Returning();

    /// <summary>True, and a result, if the run has to end because enough has been recorded.</summary>
    bool IsFull(ref RunResult result);
}

/// <summary>Records nothing.</summary>
internal readonly struct NoRecorder : IExitRecorder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exited(ExitReason reason)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Entering()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Returning()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFull(ref RunResult result) => false;
}
