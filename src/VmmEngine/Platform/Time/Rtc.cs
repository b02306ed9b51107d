using VmmEngine.Bus;
using static VmmEngine.Platform.RtcRegisters;

namespace VmmEngine.Platform;

/// <summary>
/// The MC146818 clock with its non-volatile memory, at ports 0x70 (index) and 0x71 (data). Pulls interrupt line 8.
/// </summary>
/// <remarks>
/// Registers and flags follow from the VM's clock when somebody looks; a timer runs only for an interrupt that is enabled and not yet reported.
/// A date that does not exist stays in the registers, and stops the clock until a valid one is written.
/// </remarks>
public sealed partial class Rtc : BytePortDevice
{
    private const ushort IndexPort = 0x70;
    private const ushort DataPort = 0x71;
    private const int Line = 8;

    private readonly DeviceLock _lock = new();
    private readonly VmClock _clock;
    private readonly InterruptLine _line;
    private readonly byte[] _registers = new byte[Count];
    private readonly Tick _timer;
    private RtcDivider _divider;
    private int _index;
    private bool _isTimeValid;

    // The time at the divider's second 0, in seconds since 1970, and how far the flags have been brought up to date.
    private long _timeAtOrigin;
    private long _seenSecond;
    private long _seenPeriod;

    /// <summary>Makes a clock that goes, in BCD and 24 hours, and memory full of zeros.</summary>
    /// <param name="clock">The VM's time.</param>
    /// <param name="interrupts">Where line 8 ends.</param>
    /// <param name="startSeconds">The date and time at the VM's time 0, in seconds since 1970 UTC.</param>
    public Rtc(VmClock clock, InterruptController interrupts, long startSeconds)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(interrupts);
        _clock = clock;
        _line = new InterruptLine(interrupts, Line);
        Output = new LineEnd(_line, _lock);
        _timer = new Tick(this, clock);
        _registers[A] = DividerRuns | 6; // 1,024 Hz, as PC firmware sets it
        _registers[B] = Hours24;
        _registers[D] = ValidMemory;
        RtcTime.Write(_registers, startSeconds);
        StartSecond(clock.Now);
    }

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(IndexPort, 2, this);
    }

    /// <summary>Writes a byte of the non-volatile memory, as firmware would have left it. Any thread.</summary>
    /// <param name="offset">14 to 127; not 0x32, where the century is.</param>
    /// <param name="value">The byte.</param>
    public void SetMemory(int offset, byte value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, D);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, Count);
        ArgumentOutOfRangeException.ThrowIfEqual(offset, Century);
        using (_lock.Hold())
        {
            _registers[offset] = value;
        }
    }

    private bool Goes => _isTimeValid && (_registers[B] & Set) == 0 && DividerGoes;

    private bool DividerGoes => (_registers[A] & DividerMask) == DividerRuns;

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port)
    {
        if (port != DataPort)
        {
            return Floating; // the index cannot be read
        }

        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            Refresh(now);
            switch (_index)
            {
                case A:
                    return (byte)(_registers[A] | (Goes && _divider.IsUpdating(now) ? UpdateInProgress : 0));

                case C:
                    byte flags = _registers[C];
                    _registers[C] = 0;
                    Update(now);
                    return flags;

                default:
                    return _registers[_index];
            }
        }
    }

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        if (port is not (IndexPort or DataPort))
        {
            return;
        }

        using (_lock.Hold())
        {
            if (port == IndexPort)
            {
                _index = value & (Count - 1); // bit 7 masks NMI, which nothing raises
            }
            else
            {
                ulong now = _clock.Now;
                Refresh(now);
                WriteRegister(value, now);
                Update(now);
            }
        }
    }

    private void WriteRegister(byte value, ulong now)
    {
        switch (_index)
        {
            case A:
                WriteA(value, now);
                break;

            case B:
                bool wasSet = (_registers[B] & Set) != 0;
                bool isSet = (value & Set) != 0;
                _registers[B] = (byte)(isSet ? value & ~UpdateEnded : value);
                if (wasSet && !isSet)
                {
                    StartSecond(now);
                }
                else if (Goes)
                {
                    RtcTime.Write(_registers, _timeAtOrigin + _seenSecond); // perhaps in another format
                }

                break;

            case C or D:
                break; // read only

            case SecondsAlarm or MinutesAlarm or HoursAlarm:
                _registers[_index] = value;
                break;

            case <= Year or Century:
                _registers[_index] = value;
                StartSecond(now);
                break;

            default:
                _registers[_index] = value;
                break;
        }
    }

    private void WriteA(byte value, ulong now)
    {
        bool went = DividerGoes;
        _registers[A] = (byte)(value & ~UpdateInProgress);
        if (!went && DividerGoes)
        {
            _divider.Restart(now);
            StartSecond(now);
        }

        _seenPeriod = _divider.Period(now, _registers[A] & RateMask);
    }

    // Takes the time from the registers; the divider keeps its place in the second.
    private void StartSecond(ulong now)
    {
        _seenSecond = _divider.Second(now);
        _seenPeriod = _divider.Period(now, _registers[A] & RateMask);
        _isTimeValid = RtcTime.TryRead(_registers, out long seconds);
        _timeAtOrigin = seconds - _seenSecond;
    }

    // Brings the time and the flags up to now.
    private void Refresh(ulong now)
    {
        int rate = _registers[A] & RateMask;
        if (DividerGoes && rate != 0)
        {
            long period = _divider.Period(now, rate);
            if (period > _seenPeriod)
            {
                _seenPeriod = period;
                _registers[C] |= Periodic;
            }
        }

        if (Goes)
        {
            RefreshTime(_divider.Second(now));
        }
    }

    private void RefreshTime(long second)
    {
        if (second <= _seenSecond)
        {
            return;
        }

        if (RtcTime.UntilAlarm(_registers, _timeAtOrigin + _seenSecond) is int alarm && alarm <= second - _seenSecond)
        {
            _registers[C] |= Alarm;
        }

        _registers[C] |= UpdateEnded;
        _seenSecond = second;
        RtcTime.Write(_registers, _timeAtOrigin + second);
    }

    // Sets the line by the flags, and the timer by what could raise it.
    private void Update(ulong now)
    {
        bool requested = (_registers[C] & _registers[B] & (Periodic | Alarm | UpdateEnded)) != 0;
        _registers[C] = (byte)((_registers[C] & ~InterruptRequest) | (requested ? InterruptRequest : 0));
        _line.Set(requested);

        ulong deadline = requested ? VmClock.Never : NextEvent();
        _timer.Arm(deadline == VmClock.Never ? deadline : Math.Max(deadline, now + _clock.MinimumPeriod));
    }

    private ulong NextEvent()
    {
        ulong next = VmClock.Never;
        int enabled = _registers[B];
        int rate = _registers[A] & RateMask;
        if ((enabled & Periodic) != 0 && DividerGoes && rate != 0)
        {
            next = _divider.PeriodStart(_seenPeriod + 1, rate);
        }

        if ((enabled & UpdateEnded) != 0 && Goes)
        {
            next = Math.Min(next, _divider.SecondStart(_seenSecond + 1));
        }

        if ((enabled & Alarm) != 0 && Goes && RtcTime.UntilAlarm(_registers, _timeAtOrigin + _seenSecond) is int alarm)
        {
            next = Math.Min(next, _divider.SecondStart(_seenSecond + alarm));
        }

        return next;
    }

    private void OnTick()
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            Refresh(now);
            Update(now);
        }
    }

    private sealed class Tick(Rtc rtc, VmClock clock) : ClockTimer(clock)
    {
        protected override void Expired() => rtc.OnTick();
    }
}
