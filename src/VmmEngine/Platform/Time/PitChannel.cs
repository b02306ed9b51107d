using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// One counter of an 8254. Nothing counts: what the counter and its output are follows from the time since counting began. The chip's lock is held
/// around every call.
/// </summary>
/// <remarks>
/// Intel 8254 data sheet. The output changes at the clock that the data sheet gives, counted from the write instead of from the clock after it, and
/// a new count in modes 2 and 3 begins a new period at once instead of waiting for the current one.
/// </remarks>
internal sealed class PitChannel(bool gate)
{
    private Access _access = Access.LowThenHigh;
    private byte _mode;
    private bool _isBcd;

    private uint _reload;
    private byte _lowByte;
    private bool _writesHigh;
    private bool _isNull = true;

    // A count is in the counter, and, in modes 1 and 5, the gate has triggered it.
    private bool _isCounting;
    private bool _isRunning;
    private uint _count;
    private ulong _origin;
    private ulong _heldTicks;
    private bool _gate = gate;

    private bool _readsHigh;
    private ushort _latch;
    private int _latchedReads;
    private byte _status;
    private bool _isStatusLatched;

    // The field RW of the control word.
    private enum Access : byte
    {
        Latch,
        Low,
        High,
        LowThenHigh,
    }

    /// <summary>The gate's level.</summary>
    public bool Gate => _gate;

    /// <summary>A control word for this counter: counting ends until a count is written.</summary>
    public void WriteControl(byte value)
    {
        _access = (Access)((value >> 4) & 3);
        _mode = (byte)((value >> 1) & 7);
        if (_mode > 5)
        {
            _mode -= 4; // 6 and 7 are 2 and 3
        }

        _isBcd = (value & 1) != 0;
        _isCounting = false;
        _isRunning = false;
        _isNull = true;
        _writesHigh = false;
        _readsHigh = false;
        _latchedReads = 0;
        _isStatusLatched = false;
    }

    /// <summary>A byte of the count.</summary>
    public void WriteCount(byte value, ulong now)
    {
        switch (_access)
        {
            case Access.Low:
                Load(value, now);
                break;

            case Access.High:
                Load(value << 8, now);
                break;

            case Access.LowThenHigh when !_writesHigh:
                _lowByte = value;
                _writesHigh = true;
                if (_mode == 0)
                {
                    _isCounting = false; // half a count stops the counter
                }

                break;

            default:
                _writesHigh = false;
                Load(_lowByte | (value << 8), now);
                break;
        }
    }

    /// <summary>Keeps the count for the next reads, unless one is kept already.</summary>
    public void LatchCount(ulong now)
    {
        if (_latchedReads == 0)
        {
            _latch = Count(now);
            _latchedReads = _access == Access.LowThenHigh ? 2 : 1;
            _readsHigh = _access == Access.High;
        }
    }

    /// <summary>Keeps the status for the next read, unless one is kept already.</summary>
    public void LatchStatus(ulong now)
    {
        if (!_isStatusLatched)
        {
            _isStatusLatched = true;
            _status = (byte)((Output(now) ? 0x80 : 0) | (_isNull ? 0x40 : 0) | ((int)_access << 4) | (_mode << 1) | (_isBcd ? 1 : 0));
        }
    }

    /// <summary>A read of the counter's port: what is latched, or the count as it runs.</summary>
    public byte Read(ulong now)
    {
        if (_isStatusLatched)
        {
            _isStatusLatched = false;
            return _status;
        }

        ushort count = _latchedReads > 0 ? _latch : Count(now);
        if (_latchedReads > 0)
        {
            _latchedReads--;
        }

        bool high = _access == Access.High || (_access == Access.LowThenHigh && _readsHigh);
        _readsHigh = !_readsHigh;
        return (byte)(high ? count >> 8 : count);
    }

    /// <summary>Changes the gate.</summary>
    public void SetGate(bool level, ulong now)
    {
        if (level == _gate)
        {
            return;
        }

        _gate = level;
        if (level)
        {
            OnGateRise(now);
        }
        else if (_mode is not (1 or 5))
        {
            _heldTicks = _mode is 2 or 3 ? 0 : Elapsed(now);
            _isRunning = false;
        }
    }

    /// <summary>The level of the output.</summary>
    public bool Output(ulong now)
    {
        if (!_isCounting)
        {
            return _mode != 0;
        }

        ulong elapsed = Elapsed(now);
        return _mode switch
        {
            0 or 1 => elapsed >= _count,
            2 => !_gate || elapsed % _count != _count - 1,
            3 => !_gate || elapsed % _count < (_count + 1) / 2,
            _ => elapsed != _count,
        };
    }

    /// <summary>When the output rises next, in the clock's nanoseconds; <see cref="VmClock.Never"/> if it does not by itself.</summary>
    public ulong NextRise(ulong now)
    {
        if (!_isCounting || !_isRunning)
        {
            return VmClock.Never;
        }

        ulong elapsed = Elapsed(now);
        return _mode switch
        {
            2 or 3 => At((elapsed / _count * _count) + _count),
            0 or 1 => elapsed < _count ? At(_count) : VmClock.Never,
            _ => elapsed <= _count ? At(_count + 1UL) : VmClock.Never,
        };
    }

    private void Load(int value, ulong now)
    {
        uint modulus = _isBcd ? 10_000u : 0x1_0000u;
        uint count = _isBcd ? FromBcd(value) : (uint)value;
        _reload = count == 0 ? modulus : count;
        _isNull = false;
        if (_mode is not (1 or 5))
        {
            Begin(now, _gate);
        }
    }

    private void Begin(ulong now, bool running)
    {
        _count = _reload;
        _isCounting = true;
        _isRunning = running;
        _origin = now;
        _heldTicks = 0;
    }

    private void OnGateRise(ulong now)
    {
        switch (_mode)
        {
            case 1 or 5 when !_isNull:
                Begin(now, running: true);
                break;

            case 0 or 4 or 2 or 3 when _isCounting:
                _origin = now - PitTime.ToNanoseconds(_heldTicks);
                _isRunning = true;
                break;

            default:
                break;
        }
    }

    private ushort Count(ulong now)
    {
        if (!_isCounting)
        {
            return Encode(_reload);
        }

        ulong elapsed = Elapsed(now);
        ulong modulus = _isBcd ? 10_000ul : 0x1_0000ul;
        return Encode(_mode switch
        {
            2 => _count - (elapsed % _count),
            3 => _count - (2 * elapsed % _count), // counts down by two, twice a period
            _ => _count + modulus - (elapsed % modulus),
        });
    }

    private ushort Encode(ulong count) => _isBcd ? ToBcd((uint)(count % 10_000)) : (ushort)count;

    private ulong Elapsed(ulong now) => _isRunning ? PitTime.ToTicks(Moments.Since(_origin, now)) : _heldTicks;

    private ulong At(ulong ticks) => _origin + PitTime.ToNanoseconds(ticks);

    private static uint FromBcd(int value) =>
        (uint)((value & 15) + (((value >> 4) & 15) * 10) + (((value >> 8) & 15) * 100) + (((value >> 12) & 15) * 1_000));

    private static ushort ToBcd(uint value) =>
        (ushort)((value % 10) | ((value / 10 % 10) << 4) | ((value / 100 % 10) << 8) | ((value / 1_000 % 10) << 12));

    /// <summary>Writes the state; times as distances from now.</summary>
    public void Save(SnapshotWriter writer, ulong now)
    {
        writer.Write((byte)_access);
        writer.Write(_mode);
        writer.Write(_reload);
        writer.Write(_lowByte);
        writer.Write(_count);
        Moments.SaveOrigin(writer, _origin, now);
        writer.Write(_heldTicks);
        writer.Write(_latch);
        writer.Write((byte)_latchedReads);
        writer.Write(_status);
        writer.Write(_isBcd);
        writer.Write(_writesHigh);
        writer.Write(_isNull);
        writer.Write(_isCounting);
        writer.Write(_isRunning);
        writer.Write(_gate);
        writer.Write(_readsHigh);
        writer.Write(_isStatusLatched);
    }

    /// <summary>Reads it back.</summary>
    public void Restore(SnapshotReader reader, ulong now)
    {
        const int longestCount = 0x1_0000;
        _access = (Access)reader.ReadByte((byte)Access.LowThenHigh);
        _mode = reader.ReadByte(maximum: 5);
        _reload = (uint)reader.ReadInt32(0, longestCount);
        _lowByte = reader.ReadByte();
        _count = (uint)reader.ReadInt32(0, longestCount);
        _origin = Moments.RestoreOrigin(reader, now);
        _heldTicks = reader.ReadUInt64();
        _latch = reader.ReadUInt16();
        _latchedReads = reader.ReadByte(maximum: 2);
        _status = reader.ReadByte();
        _isBcd = reader.ReadBoolean();
        _writesHigh = reader.ReadBoolean();
        _isNull = reader.ReadBoolean();
        _isCounting = reader.ReadBoolean();
        _isRunning = reader.ReadBoolean();
        _gate = reader.ReadBoolean();
        _readsHigh = reader.ReadBoolean();
        _isStatusLatched = reader.ReadBoolean();
        if ((_isCounting && _count == 0) || (!_isNull && _reload == 0))
        {
            throw reader.Invalid("a counter that counts from 0");
        }
    }
}
