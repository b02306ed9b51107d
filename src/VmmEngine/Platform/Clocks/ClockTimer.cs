namespace VmmEngine.Platform;

/// <summary>One deadline of one device. Created with the device; armed and disarmed without allocation.</summary>
public abstract class ClockTimer
{
    private readonly VmClock _clock;

    /// <summary>Makes an unarmed timer.</summary>
    protected ClockTimer(VmClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        Number = clock.Created(this);
    }

    /// <summary>The clock's list of armed timers; fields of the clock, under its lock.</summary>
    internal ClockTimer? Next;

    internal ulong Deadline;

    internal bool IsArmed;

    /// <summary>Which of its clock's timers it is, in the order of their creation: a snapshot's name for it.</summary>
    internal int Number { get; }

    /// <summary>Asks for one call of <see cref="Expired"/> when the clock reaches the deadline; an earlier request is replaced.</summary>
    /// <param name="deadline">Nanoseconds since the VM was created. <see cref="VmClock.Never"/> disarms.</param>
    public void Arm(ulong deadline)
    {
        if (deadline == VmClock.Never)
        {
            _clock.Disarm(this);
        }
        else
        {
            _clock.Arm(this, deadline);
        }
    }

    /// <summary>Takes the request back. A call that has begun on another thread goes on.</summary>
    public void Disarm() => _clock.Disarm(this);

    /// <summary>Fires.</summary>
    internal void Expire() => Expired();

    /// <summary>
    /// The deadline is reached. Called with no lock held, by the clock's thread or by the thread that advances the clock; must not throw or block.
    /// The device may have changed its mind on another thread since: it looks at the time and at its own registers, under its own lock.
    /// </summary>
    /// <remarks>A deadline that is armed from here must lie in the future.</remarks>
    protected abstract void Expired();
}
