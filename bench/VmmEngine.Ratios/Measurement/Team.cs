using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace VmmEngine.Ratios.Measurement;

/// <summary>
/// The threads that run a benchmark's batches: the caller alone, or the caller and others that start each batch together with it.
/// </summary>
internal sealed class Team : IDisposable
{
    // Of the time from the first thread's start to the last one's end, the part during which all must have been running.
    private const double LeastOverlap = 0.6;

    private readonly Thread[] _others;
    private readonly ThreadBatch[] _batches;
    private Variant? _variant;
    private long _count;
    private Exception? _failure;
    private volatile bool _stopped;
    private volatile int _batch;
    private int _ready;
    private int _finished;

    public Team(int threads)
    {
        _batches = new ThreadBatch[threads];
        _others = new Thread[threads - 1];
        for (int i = 0; i < _others.Length; i++)
        {
            int index = i + 1;
            _others[i] = new Thread(() => Follow(index)) { IsBackground = true, Name = $"ratio {index}" };
            _others[i].Start();
        }
    }

    /// <summary>Runs one batch on every thread.</summary>
    public TeamBatch Run(Variant variant, long count)
    {
        _variant = variant;
        _count = count;
        _ready = 0;
        _finished = 0;
        _batch++; // publishes the above
        RunOwn(0);

        WaitFor(ref _finished, _batches.Length);
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return Summarize();
    }

    public void Dispose()
    {
        _stopped = true;
        _batch++;
        foreach (Thread thread in _others)
        {
            thread.Join();
        }
    }

    private void Follow(int index)
    {
        int seen = 0;
        while (true)
        {
            SpinWait wait = default;
            while (_batch == seen)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            seen++;
            if (_stopped)
            {
                return;
            }

            RunOwn(index);
        }
    }

    private void RunOwn(int index)
    {
        try
        {
            Interlocked.Increment(ref _ready);
            WaitFor(ref _ready, _batches.Length);
            long started = Stopwatch.GetTimestamp();
            double start = ThreadClock.Nanoseconds;
            ulong sum = _variant!.Run(index, _count);
            double end = ThreadClock.Nanoseconds;
            _batches[index] = new ThreadBatch(end - start, sum, started, Stopwatch.GetTimestamp());
        }
#pragma warning disable CA1031 // whatever it is, it is thrown again on the thread that asked for the batch
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }

        Interlocked.Increment(ref _finished);
    }

    private static void WaitFor(ref int counter, int expected)
    {
        SpinWait wait = default;
        while (Volatile.Read(ref counter) < expected)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private TeamBatch Summarize()
    {
        double nanoseconds = 0;
        ulong sum = 0;
        foreach (ThreadBatch batch in _batches)
        {
            nanoseconds += batch.Nanoseconds;
            sum += batch.Sum;
        }

        long all = _batches.Max(batch => batch.Ended) - _batches.Min(batch => batch.Started);
        long together = _batches.Min(batch => batch.Ended) - _batches.Max(batch => batch.Started);
        bool undisturbed = nanoseconds / _batches.Length >= Stopwatch.GetElapsedTime(0, all).TotalNanoseconds * LeastOverlap;
        return new TeamBatch(nanoseconds / _batches.Length / _count, sum, undisturbed && together >= all * LeastOverlap);
    }

    private readonly record struct ThreadBatch(double Nanoseconds, ulong Sum, long Started, long Ended);
}

/// <summary>One batch of a whole team.</summary>
/// <param name="Nanoseconds">Processor time for one, the mean of the threads.</param>
/// <param name="Sum">The results of all threads added up.</param>
/// <param name="Together">
/// Whether the threads really ran at the same time. On a busy machine they may have had the processor one after the other, and then nothing
/// can be said about what they do to each other.
/// </param>
internal readonly record struct TeamBatch(double Nanoseconds, ulong Sum, bool Together);
