using System.Runtime.ExceptionServices;

namespace VmmEngine.Conformance.Cases;

/// <summary>A second thread of a case. What it finds wrong, the case finds wrong when it joins it.</summary>
public sealed class CaseThread
{
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    internal CaseThread(string name, Action work)
    {
        _thread = new Thread(() => Run(work)) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Whether the work is done. May be false for a moment after it is.</summary>
    public bool IsDone => !_thread.IsAlive;

    /// <summary>Waits for the end. A thread that never ends leaves that to the case's time limit.</summary>
    public void Join()
    {
        _thread.Join();
        _failure?.Throw();
    }

    private void Run(Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            _failure = ExceptionDispatchInfo.Capture(problem);
        }
    }
}
