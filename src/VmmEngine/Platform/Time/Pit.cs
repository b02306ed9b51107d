using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The 8254 interval timer at ports 0x40 to 0x43. Counter 0 pulls interrupt line 0, counter 1 drives the memory refresh of old, and counter 2 the
/// speaker (<see cref="SystemPortB"/>).
/// </summary>
public sealed class Pit : BytePortDevice, ISnapshotted
{
    private const ushort FirstPort = 0x40;
    private const int Line = 0;

    private readonly DeviceLock _lock = new();
    private readonly VmClock _clock;
    private readonly InterruptLine _line;
    private readonly PitChannel[] _channels = [new(gate: true), new(gate: true), new(gate: false)];
    private readonly Tick _timer;
    private ulong _deadline = VmClock.Never;

    /// <summary>Makes a timer in which nothing counts.</summary>
    public Pit(VmClock clock, InterruptController interrupts)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(interrupts);
        _clock = clock;
        _line = new InterruptLine(interrupts, Line);
        Output = new LineEnd(_line, _lock);
        _timer = new Tick(this, clock);
    }

    /// <summary>The machine's reset: nothing counts. Any thread.</summary>
    public void Reset()
    {
        using (_lock.Hold())
        {
            for (int i = 0; i < _channels.Length; i++)
            {
                _channels[i] = new PitChannel(gate: i != 2);
            }

            _line.Set(asserted: false);
            Arm(_clock.Now);
        }
    }

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(FirstPort, 4, this);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        using (_lock.Hold())
        {
            _line.Save(writer);
            ulong now = _clock.Now;
            Moments.SaveDeadline(writer, _deadline, now);
            foreach (PitChannel channel in _channels)
            {
                channel.Save(writer, now);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        using (_lock.Hold())
        {
            _line.Restore(reader);
            ulong now = _clock.Now;
            _deadline = Moments.RestoreDeadline(reader, now);
            foreach (PitChannel channel in _channels)
            {
                channel.Restore(reader, now);
            }
        }
    }

    /// <summary>The line, for who restores the controllers at its other end.</summary>
    internal LineEnd Output { get; }

    /// <summary>After a restore without the clock's own and the controllers': pulls the line and arms the timer.</summary>
    internal void Resume()
    {
        using (_lock.Hold())
        {
            _line.Tell();
            _timer.Arm(_deadline);
        }
    }

    /// <summary>The gate and the output of counter 2.</summary>
    internal (bool Gate, bool Output) Speaker
    {
        get
        {
            using (_lock.Hold())
            {
                return (_channels[2].Gate, _channels[2].Output(_clock.Now));
            }
        }
    }

    /// <summary>Changes the gate of counter 2.</summary>
    internal void SetSpeakerGate(bool level)
    {
        using (_lock.Hold())
        {
            _channels[2].SetGate(level, _clock.Now);
        }
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port)
    {
        int register = port - FirstPort;
        if ((uint)register > 2)
        {
            return Floating; // the control word cannot be read
        }

        using (_lock.Hold())
        {
            return _channels[register].Read(_clock.Now);
        }
    }

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        int register = port - FirstPort;
        if ((uint)register > 3)
        {
            return;
        }

        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            if (register == 3)
            {
                WriteControl(value, now);
            }
            else
            {
                _channels[register].WriteCount(value, now);
            }

            _line.Set(_channels[0].Output(now));
            Arm(now);
        }
    }

    private void WriteControl(byte value, ulong now)
    {
        int channel = value >> 6;
        if (channel == 3)
        {
            ReadBack(value, now);
        }
        else if ((value & 0x30) == 0)
        {
            _channels[channel].LatchCount(now);
        }
        else
        {
            _channels[channel].WriteControl(value);
        }
    }

    private void ReadBack(byte value, ulong now)
    {
        for (int channel = 0; channel < _channels.Length; channel++)
        {
            if ((value & (2 << channel)) == 0)
            {
                continue;
            }

            if ((value & 0x20) == 0)
            {
                _channels[channel].LatchCount(now);
            }

            if ((value & 0x10) == 0)
            {
                _channels[channel].LatchStatus(now);
            }
        }
    }

    private void Arm(ulong now)
    {
        ulong rise = _channels[0].NextRise(now);
        _deadline = rise == VmClock.Never ? rise : Math.Max(rise, now + _clock.MinimumPeriod);
        _timer.Arm(_deadline);
    }

    private void OnTick()
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            if (now < _deadline)
            {
                return; // the guest wrote to the timer meanwhile
            }

            // The controller sees an edge, however short the output was low, and one for all that a late host missed.
            _line.Pulse();
            Arm(now);
        }
    }

    private sealed class Tick(Pit pit, VmClock clock) : ClockTimer(clock)
    {
        protected override void Expired() => pit.OnTick();
    }
}
