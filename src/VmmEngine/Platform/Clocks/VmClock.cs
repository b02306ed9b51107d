namespace VmmEngine.Platform;

/// <summary>
/// A VM's time: nanoseconds since the VM was created, and timers with deadlines on that scale. The only source of time of the devices, so that a VM
/// whose clock counts instructions behaves the same in every run.
/// </summary>
/// <remarks>Any thread. Reading the time and arming a timer allocate nothing.</remarks>
public abstract class VmClock : IDisposable
{
    /// <summary>What <see cref="NextDeadline"/> says when no timer is armed.</summary>
    public const ulong Never = ulong.MaxValue;

    private readonly DeviceLock _lock = new();
    private ClockTimer? _first;
    private ulong _nextDeadline = Never;

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

    /// <summary>A timer has been created. Called by its constructor, so this may allocate.</summary>
    private protected virtual void OnTimerCreated()
    {
    }

    /// <summary>The earliest deadline came nearer: whoever waits for it must wait for less.</summary>
    private protected virtual void OnEarlierDeadline()
    {
    }

    /// <summary>Takes notice of a new timer.</summary>
    internal void Created() => OnTimerCreated();

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

    /// <summary>Fires the timers whose deadlines are reached, earliest first, on the caller's thread and with no lock held.</summary>
    private protected void Fire(ulong now)
    {
        while (TakeExpired(now) is { } timer)
        {
            timer.Expire();
        }
    }

    private ClockTimer? TakeExpired(ulong now)
    {
        using (_lock.Hold())
        {
            ClockTimer? timer = _first;
            if (timer is null || timer.Deadline > now)
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

    private void PublishDeadline() => Volatile.Write(ref _nextDeadline, _first?.Deadline ?? Never);
}
