using System.Diagnostics;
using VmmEngine.Locks;

namespace VmmEngine.Platform;

/// <summary>
/// The host's monotonic time. Timers fire on one background thread, which sleeps until the earliest deadline, and without end while none is armed.
/// </summary>
/// <remarks>The thread starts when a timer is first set and ends with <see cref="VmClock.Dispose()"/>: a clock whose timers were set must be disposed.</remarks>
public sealed class HostClock : VmClock
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static readonly ulong Frequency = (ulong)Stopwatch.Frequency;

    private const long Going = 0; // no time-stamp of a host that has been started is that

    private long _start = Stopwatch.GetTimestamp();
    private long _stoppedAt = Going;

    // Counts the reasons to look again. Pinned, because the kernel compares the word at its address while the thread sleeps.
    private readonly uint[] _changes = GC.AllocateArray<uint>(1, pinned: true);
    private readonly Lock _threadLock = new();
    private Thread? _thread;
    private volatile bool _stopping;

    /// <inheritdoc/>
    public override ulong Now
    {
        get
        {
            long stoppedAt = Volatile.Read(ref _stoppedAt);
            ulong ticks = (ulong)((stoppedAt != Going ? stoppedAt : Stopwatch.GetTimestamp()) - Volatile.Read(ref _start));
            return Frequency == NanosecondsPerSecond ? ticks : (ulong)((UInt128)ticks * NanosecondsPerSecond / Frequency);
        }
    }

    /// <summary>100 microseconds: about twice what a sleeping thread's wake-up is late by default on Linux.</summary>
    public override ulong MinimumPeriod => 100_000;

    /// <summary>Stops the thread and waits for it, so that no timer fires afterwards. A timer of this clock may call it too.</summary>
    protected override void Dispose(bool disposing)
    {
        Thread? thread;
        lock (_threadLock)
        {
            _stopping = true;
            thread = _thread;
        }

        Wake();
        if (thread is not null && thread != Thread.CurrentThread)
        {
            thread.Join();
        }

        base.Dispose(disposing);
    }

    private protected override void SetNow(ulong now)
    {
        ulong ticks = Frequency == NanosecondsPerSecond ? now : (ulong)((UInt128)now * Frequency / NanosecondsPerSecond);
        long stoppedAt = Volatile.Read(ref _stoppedAt);
        Volatile.Write(ref _start, (stoppedAt != Going ? stoppedAt : Stopwatch.GetTimestamp()) - (long)ticks);
    }

    private protected override void Stop() => Volatile.Write(ref _stoppedAt, Stopwatch.GetTimestamp());

    // In between time is ahead: the clock's thread may see that, and looks again before it fires.
    private protected override void GoOn(bool catchesUp)
    {
        long stoppedAt = _stoppedAt;
        Volatile.Write(ref _stoppedAt, Going);
        if (!catchesUp)
        {
            Volatile.Write(ref _start, _start + (Stopwatch.GetTimestamp() - stoppedAt));
        }

        Wake();
    }

    // A VM that sets no timer costs no thread; one that does allocates it here, once.
    private protected override void OnEarlierDeadline()
    {
        Thread? thread = Volatile.Read(ref _thread);
        if (thread is null)
        {
            StartThread();
        }
        else if (Thread.CurrentThread != thread)
        {
            Wake();
        }
    }

    private void StartThread()
    {
        lock (_threadLock)
        {
            if (_thread is null && !_stopping)
            {
                Volatile.Write(ref _thread, new Thread(WaitAndFire) { IsBackground = true, Name = "VM clock" });
                _thread.Start();
            }
        }

        Wake();
    }

    private void Wake()
    {
        Interlocked.Increment(ref _changes[0]);
        Futex.Wake(ref _changes[0]);
    }

    private void WaitAndFire()
    {
        while (true)
        {
            // Read before the deadline: a change after this makes the wait return at once.
            uint seen = Volatile.Read(ref _changes[0]);
            if (_stopping)
            {
                return;
            }

            ulong deadline = NextDeadline;
            ulong now = Now;
            if (deadline > now)
            {
                Futex.Wait(ref _changes[0], seen, deadline == Never ? Never : deadline - now);
            }
            else if (Volatile.Read(ref _stoppedAt) != Going)
            {
                Futex.Wait(ref _changes[0], seen); // firing would spin until time goes on, and that may be when a file has been written
            }
            else
            {
                Fire(now);
            }
        }
    }
}
