using static VmmEngine.Platform.RtcRegisters;

namespace VmmEngine.Platform;

/// <content>What the host does with the clock. Any thread.</content>
public sealed partial class Rtc
{
    /// <summary>The time in seconds since 1970 UTC, standing still while the guest has stopped the clock.</summary>
    /// <returns>Null while the registers hold no time that exists.</returns>
    public long? ReadTime()
    {
        using (_lock.Hold())
        {
            RefreshAll();
            return _isTimeValid ? _timeAtOrigin + _seenSecond : null;
        }
    }

    /// <summary>Sets the time, in the format that the guest has chosen. A second begins now, unless the guest has stopped the clock.</summary>
    /// <param name="seconds">Since 1970 UTC.</param>
    /// <returns>False for a time outside the years 1 to 9999.</returns>
    public bool TrySetTime(long seconds)
    {
        if (!RtcTime.IsInCalendar(seconds))
        {
            return false;
        }

        using (_lock.Hold())
        {
            RefreshAll();
            ulong now = _clock.Now;
            RtcTime.Write(_registers, seconds);
            _divider.BeginSecond(now);
            StartSecond(now);
            Update(now);
        }

        return true;
    }

    /// <summary>Reads a byte. Flags that the guest's reading clears stay.</summary>
    /// <param name="offset">0 to 127.</param>
    /// <param name="value">The byte.</param>
    /// <returns>False for another offset.</returns>
    public bool TryRead(int offset, out byte value)
    {
        value = 0;
        if ((uint)offset >= Count)
        {
            return false;
        }

        using (_lock.Hold())
        {
            RefreshAll();
            value = (byte)(_registers[offset] | (offset == A && Goes && _divider.IsUpdating(_clock.Now) ? UpdateInProgress : 0));
        }

        return true;
    }

    /// <summary>Writes a byte of the memory, as <see cref="SetMemory"/>.</summary>
    /// <returns>False for an offset outside the memory.</returns>
    public bool TryWriteMemory(int offset, byte value)
    {
        if (offset is <= D or >= Count or Century)
        {
            return false;
        }

        SetMemory(offset, value);
        return true;
    }

    /// <summary>The machine's reset: interrupts are off and none is reported; time, alarm and memory stay.</summary>
    public void Reset()
    {
        using (_lock.Hold())
        {
            RefreshAll();
            _registers[B] &= unchecked((byte)~(Periodic | Alarm | UpdateEnded));
            _registers[C] = 0;
            _index = 0;
            Update(_clock.Now);
        }
    }

    private void RefreshAll()
    {
        ulong now = _clock.Now;
        Refresh(now);
        Update(now);
    }
}
