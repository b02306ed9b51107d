using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// A VM's time: nanoseconds since the VM was created, and timers with deadlines on that scale. The only source of time of the devices, so that a VM
/// whose clock counts instructions behaves the same in every run.
/// </summary>
/// <remarks>Any thread. Reading the time and arming a timer allocate nothing.</remarks>
public abstract class VmClock : IDisposable, ISnapshotted
{
    /// <summary>What <see cref="NextDeadline"/> says when no timer is armed.</summary>
    public const ulong Never = ulong.MaxValue;

    private readonly DeviceLock _lock = new();
    private readonly DeviceLock _firing = new();
    private readonly List<ClockTimer> _timers = [];
    private ClockTimer? _first;
    private ulong _nextDeadline = Never;
    private bool _isStopped;

    /// <summary>Nanoseconds since the VM was created.</summary>
    public abstract ulong Now { get; }

    /// <summary>The earliest deadline of an armed timer, in nanoseconds; <see cref="Never"/> if none is armed.</summary>
    public ulong NextDeadline => Volatile.Read(ref _nextDeadline);

    /// <summary>
    /// The shortest period, in nanoseconds, at which a device fires by itself again and again: a guest that asks for a faster timer gets this one,
    /// instead of a host that does nothing else.
    /// </summary>
    public abstract ulong MinimumPeriod { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the clock's timers.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The earliest deadline came nearer: whoever waits for it must wait for less.</summary>
    private protected virtual void OnEarlierDeadline()
    {
    }

    /// <summary>The armed timers as a part of a snapshot, to be restored after all devices.</summary>
    internal ISnapshotted Timers => new TimerSnapshot(this);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Now);
    }

    /// <inheritdoc/>
    /// <remarks>Time goes on from what was saved.</remarks>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ulong now = reader.ReadUInt64();
        SetNow(now < long.MaxValue ? now : throw reader.Invalid("a time that no machine lives to see"));
    }

    /// <summary>Time stands still, no timer fires, and none is being fired, until the result is disposed: all parts of a snapshot are of one moment.</summary>
    /// <param name="catchesUp">
    /// Time is behind then, and makes up for it: where the guest has other clocks, which nobody stops.
    /// </param>
    internal Standstill Hold(bool catchesUp)
    {
        DeviceLock.Scope firing = _firing.Hold();
        Stop();
        return new Standstill(this, firing, catchesUp);
    }

    /// <summary>Lets <see cref="Now"/> stand still, where it goes on by itself.</summary>
    private protected virtual void Stop()
    {
    }

    /// <summary>Lets it go on from where it stands, or from where it would be.</summary>
    private protected virtual void GoOn(bool catchesUp)
    {
    }

    /// <summary>From now on no timer fires, though time goes on. Not while one is being fired: see <see cref="Hold"/>.</summary>
    internal void StopTimers()
    {
        using (_lock.Hold())
        {
            _isStopped = true;
            PublishDeadline();
        }
    }

    /// <summary>Timers fire again; those whose deadlines have passed meanwhile do it now.</summary>
    internal void StartTimers()
    {
        using (_lock.Hold())
        {
            _isStopped = false;
            PublishDeadline();
        }

        if (NextDeadline != Never)
        {
            OnEarlierDeadline();
        }
    }

    /// <summary>Makes time go on from a value. No timer is armed for it.</summary>
    private protected abstract void SetNow(ulong now);

    /// <summary>Takes notice of a new timer.</summary>
    /// <returns>Its number.</returns>
    internal int Created(ClockTimer timer)
    {
        lock (_timers)
        {
            _timers.Add(timer);
            return _timers.Count - 1;
        }
    }

    /// <summary>Puts a timer where its deadline belongs, taking it from where it was.</summary>
    internal void Arm(ClockTimer timer, ulong deadline)
    {
        bool earlier;
        using (_lock.Hold())
        {
            ulong before = _nextDeadline;
            Unlink(timer);
            Link(timer, deadline);
            PublishDeadline();
            earlier = _nextDeadline < before;
        }

        if (earlier)
        {
            OnEarlierDeadline();
        }
    }

    /// <summary>Takes a timer out. It may be expiring on another thread at this moment.</summary>
    internal void Disarm(ClockTimer timer)
    {
        using (_lock.Hold())
        {
            Unlink(timer);
            PublishDeadline();
        }
    }

    /// <summary>Fires the timers whose deadlines are reached, earliest first, on the caller's thread and with no lock of a device held.</summary>
    private protected void Fire(ulong now)
    {
        using (_firing.Hold())
        {
            // Time may have been set back while this thread waited.
            while (TakeExpired(Math.Min(now, Now)) is { } timer)
            {
                timer.Expire();
            }
        }
    }

    private ClockTimer? TakeExpired(ulong now)
    {
        using (_lock.Hold())
        {
            ClockTimer? timer = _first;
            if (timer is null || timer.Deadline > now || _isStopped)
            {
                return null;
            }

            Unlink(timer);
            PublishDeadline();
            return timer;
        }
    }

    // A VM has about ten timers, so a sorted list beats every cleverer queue. Equal deadlines fire in the order of arming.
    private void Link(ClockTimer timer, ulong deadline)
    {
        ref ClockTimer? link = ref _first;
        while (link is not null && link.Deadline <= deadline)
        {
            link = ref link.Next;
        }

        timer.Deadline = deadline;
        timer.IsArmed = true;
        timer.Next = link;
        link = timer;
    }

    private void Unlink(ClockTimer timer)
    {
        if (!timer.IsArmed)
        {
            return;
        }

        ref ClockTimer? link = ref _first;
        while (link != timer)
        {
            link = ref link!.Next;
        }

        link = timer.Next;
        timer.Next = null;
        timer.IsArmed = false;
    }

    private void PublishDeadline() => Volatile.Write(ref _nextDeadline, _isStopped ? Never : _first?.Deadline ?? Never);

    /// <summary>The clock stands still while this lives.</summary>
    internal readonly ref struct Standstill
    {
        private readonly VmClock _clock;
        private readonly DeviceLock.Scope _firing;
        private readonly bool _catchesUp;

        internal Standstill(VmClock clock, DeviceLock.Scope firing, bool catchesUp)
        {
            _clock = clock;
            _firing = firing;
            _catchesUp = catchesUp;
        }

        /// <summary>Time goes on.</summary>
        public void Dispose()
        {
            _clock.GoOn(_catchesUp);
            _firing.Dispose();
        }
    }

    private sealed class TimerSnapshot(VmClock clock) : ISnapshotted
    {
        // Equal deadlines fire in the order of the list.
        public void Save(SnapshotWriter writer)
        {
            using (clock._lock.Hold())
            {
                for (ClockTimer? timer = clock._first; timer is not null; timer = timer.Next)
                {
                    writer.Write(timer.Number);
                    writer.Write(timer.Deadline);
                }
            }
        }

        public void Restore(SnapshotReader reader)
        {
            ClockTimer[] timers;
            lock (clock._timers)
            {
                timers = [.. clock._timers];
            }

            foreach (ClockTimer timer in timers)
            {
                timer.Disarm();
            }

            while (reader.Left != 0)
            {
                ClockTimer timer = timers[reader.ReadInt32(0, timers.Length - 1)];
                timer.Arm(reader.ReadUInt64());
            }
        }
    }
}
