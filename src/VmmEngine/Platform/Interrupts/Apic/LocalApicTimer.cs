using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>The timer of a local APIC: one-shot, periodic, or up to a value of the time-stamp counter. It counts nanoseconds, divided.</summary>
/// <remarks>The vCPU's holder sets it, the clock's thread fires it: what they share is under a lock.</remarks>
internal sealed class LocalApicTimer(LocalApic apic, VmClock clock) : ClockTimer(clock)
{
    private readonly VmClock _clock = clock;
    private readonly DeviceLock _lock = new();
    private uint _mode;
    private uint _initial;
    private uint _divider = 2;

    // When the count began, or for a deadline when it is over; Never while nothing counts.
    private ulong _start = VmClock.Never;
    private ulong _due = VmClock.Never;
    private ulong _deadline;

    /// <summary>What is left of the count.</summary>
    public uint CurrentCount
    {
        get
        {
            using (_lock.Hold())
            {
                return CountAt(_clock.Now);
            }
        }
    }

    /// <summary>The value of the time-stamp counter at which it fires; 0 if it does not.</summary>
    public ulong TscDeadline
    {
        get
        {
            using (_lock.Hold())
            {
                return _deadline;
            }
        }
    }

    private bool IsDeadlineMode => (_mode & LocalVectorBits.Deadline) != 0;

    /// <summary>Nothing counts, as after a reset.</summary>
    public void Stop()
    {
        using (_lock.Hold())
        {
            _mode = 0;
            _initial = 0;
            _divider = 2;
            Clear();
        }
    }

    /// <summary>The initial count is written: the count begins, or with 0 ends. In deadline mode it has no effect.</summary>
    public void Start(uint initial)
    {
        using (_lock.Hold())
        {
            if (!IsDeadlineMode)
            {
                _initial = initial;
                Begin(_clock.Now, initial);
            }
        }
    }

    /// <summary>The divide configuration register is written: the count goes on at the other speed.</summary>
    public void SetDivider(uint register)
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            uint left = CountAt(now);
            uint code = ((register & 8) >> 1) | (register & 3);
            _divider = code == 7 ? 1 : 2u << (int)code;
            if (_start != VmClock.Never)
            {
                _start = now - ((ulong)(_initial - left) * _divider);
                Rearm(now + ((ulong)left * _divider));
            }
        }
    }

    /// <summary>The mode is written. Between counting and deadlines the timer is stopped.</summary>
    public void SetMode(uint mode)
    {
        using (_lock.Hold())
        {
            bool stops = ((mode ^ _mode) & LocalVectorBits.Deadline) != 0;
            _mode = mode;
            if (stops)
            {
                Clear();
            }
        }
    }

    /// <summary>The deadline register is written; 0 stops the timer. Without deadline mode it has no effect.</summary>
    /// <param name="deadline">In the time-stamp counter.</param>
    /// <param name="counter">What that is now.</param>
    public void SetDeadline(ulong deadline, ulong counter)
    {
        using (_lock.Hold())
        {
            if (!IsDeadlineMode)
            {
                return;
            }

            _deadline = deadline;
            ulong now = _clock.Now;
            ulong wait = deadline > counter ? deadline - counter : 0;
            Rearm(deadline == 0 ? VmClock.Never : now + Math.Min(wait, Moments.Farthest));
        }
    }

    /// <summary>Writes the state of the count.</summary>
    public void Save(SnapshotWriter writer)
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            writer.Write(_mode);
            writer.Write(_initial);
            writer.Write(_divider);
            writer.Write(_start != VmClock.Never);
            Moments.SaveOrigin(writer, _start == VmClock.Never ? now : _start, now);
            Moments.SaveDeadline(writer, _due, now);
            writer.Write(_deadline);
        }
    }

    /// <summary>Reads it back.</summary>
    public void Restore(SnapshotReader reader)
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            _mode = reader.ReadUInt32() & LocalVectorBits.TimerMode;
            _initial = reader.ReadUInt32();
            _divider = Math.Clamp(reader.ReadUInt32(), 1, 128);
            bool counts = reader.ReadBoolean();
            ulong start = Moments.RestoreOrigin(reader, now);
            _start = counts ? start : VmClock.Never;
            _due = Moments.RestoreDeadline(reader, now);
            _deadline = reader.ReadUInt64();
        }
    }

    /// <summary>After a restore without the clock's own: arms the timer.</summary>
    public void Resume()
    {
        using (_lock.Hold())
        {
            Arm(_due);
        }
    }

    /// <inheritdoc/>
    protected override void Expired()
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            if (now < _due)
            {
                return; // the guest has set it anew meanwhile
            }

            if (!IsDeadlineMode && (_mode & LocalVectorBits.Periodic) != 0)
            {
                // One interrupt for all the periods that a late host has missed; the count keeps its phase.
                ulong period = Math.Max((ulong)_initial * _divider, 1);
                ulong next = _start + ((((now - _start) / period) + 1) * period);
                Rearm(Math.Max(next, now + _clock.MinimumPeriod));
            }
            else
            {
                Clear();
            }
        }

        apic.RaiseLocal(LocalVector.Timer);
    }

    private void Clear()
    {
        _start = VmClock.Never;
        _deadline = 0;
        Rearm(VmClock.Never);
    }

    private void Begin(ulong now, uint count)
    {
        _start = count == 0 ? VmClock.Never : now;
        ulong length = (ulong)count * _divider;
        bool again = (_mode & LocalVectorBits.Periodic) != 0;
        Rearm(count == 0 ? VmClock.Never : now + (again ? Math.Max(length, _clock.MinimumPeriod) : length));
    }

    private uint CountAt(ulong now)
    {
        if (_start == VmClock.Never || _initial == 0)
        {
            return 0;
        }

        ulong passed = Moments.Since(_start, now) / _divider;
        return (_mode & LocalVectorBits.Periodic) != 0
            ? _initial - (uint)(passed % _initial)
            : _initial - (uint)Math.Min(passed, _initial);
    }

    private void Rearm(ulong due)
    {
        _due = due;
        Arm(due);
    }
}
