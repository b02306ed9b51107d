using System.Diagnostics;
using VmmEngine.Backends;

namespace VmmEngine.RunLoop;

/// <summary>Records into <see cref="ExitStatistics"/>: two readings of the clock an exit.</summary>
internal struct ExitRecorder(ExitStatistics statistics) : IExitRecorder
{
    private const long NotInEngine = -1;

    private long _exited = NotInEngine;
    private ExitReason _reason;

    public void Exited(ExitReason reason)
    {
        _reason = reason;
        _exited = Stopwatch.GetTimestamp();
    }

    public void Entering() => Returning();

    public void Returning()
    {
        if (_exited != NotInEngine)
        {
            statistics.Add(_reason, Stopwatch.GetTimestamp() - _exited);
            _exited = NotInEngine;
        }
    }

    public readonly bool IsFull(ref RunResult result)
    {
        int underWay = _exited == NotInEngine ? 0 : 1;
        if (statistics.Total + underWay < statistics.Limit)
        {
            return false;
        }

        result = RunResult.Bogus;
        return true;
    }
}
