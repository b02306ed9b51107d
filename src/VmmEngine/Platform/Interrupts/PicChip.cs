using System.Numerics;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>One 8259A. The pair's lock is held around every call.</summary>
/// <remarks>
/// Intel 8259A data sheet. As in every PC chipset, an edge stays latched when its line falls before it is acknowledged, and edge or level is chosen
/// for each line (ELCR), not by ICW1.
/// </remarks>
internal sealed class PicChip(bool isMaster) : ISnapshotted
{
    /// <summary>The master's line where the slave's output ends.</summary>
    public const int CascadeLine = 2;

    private const byte CascadeBit = 1 << CascadeLine;

    private InitializationStep _step;
    private bool _needsIcw4;
    private bool _isSingle;
    private bool _isInitialized;

    private byte _lines;
    private byte _requests;
    private byte _inService;
    private byte _mask;
    private byte _level;
    private byte _vectorBase;

    // The line with the highest priority; the one before it has the lowest.
    private int _highest;

    private bool _autoEoi;
    private bool _rotateOnAutoEoi;
    private bool _specialMask;
    private bool _specialFullyNested;
    private bool _poll;
    private bool _readsInService;

    private enum InitializationStep
    {
        None,
        Icw2,
        Icw3,
        Icw4,
    }

    /// <summary>The edge/level control register: a set bit makes the line level triggered.</summary>
    public byte Level
    {
        get => _level;
        set
        {
            // Lines that a PC's board wires to edge sources: timer, keyboard, cascade; RTC and FPU error on the slave.
            _level = (byte)(value & (isMaster ? 0xF8 : 0xDE));
            _requests = (byte)((_requests & ~_level) | (_lines & _level));
        }
    }

    /// <summary>Whether the chip asks for an interrupt.</summary>
    public bool Output => Pending() >= 0;

    /// <summary>The state after power-on: silent until it is initialized. Lines keep their levels.</summary>
    public void Reset()
    {
        BeginInitialization(0);
        _step = InitializationStep.None;
        _level = 0;
        _requests = 0;
        _vectorBase = 0;
    }

    /// <summary>A line changed, or not.</summary>
    public void SetLine(int line, bool asserted)
    {
        byte bit = (byte)(1 << line);
        if (asserted)
        {
            if ((_lines & bit) == 0 || (_level & bit) != 0)
            {
                _requests |= bit;
            }

            _lines |= bit;
        }
        else
        {
            _lines = (byte)(_lines & ~bit);
            _requests = (byte)(_requests & ~(_level & bit));
        }
    }

    /// <summary>The interrupt acknowledge cycle.</summary>
    /// <returns>The line; 7, with nothing in service, if the request has gone.</returns>
    public int Acknowledge()
    {
        int line = Pending();
        if (line < 0)
        {
            return 7;
        }

        byte bit = (byte)(1 << line);
        _requests = (byte)(_requests & ~(bit & ~_level));
        if (!_autoEoi)
        {
            _inService |= bit;
        }
        else if (_rotateOnAutoEoi)
        {
            _highest = (line + 1) & 7;
        }

        return line;
    }

    /// <summary>The vector that the processor gets for a line.</summary>
    public int Vector(int line) => _vectorBase | line;

    /// <summary>A read of the command port: the answer to a poll, or the register that OCW3 chose.</summary>
    public byte ReadCommand()
    {
        if (!_poll)
        {
            return _readsInService ? _inService : _requests;
        }

        _poll = false;
        return Output ? (byte)(0x80 | Acknowledge()) : (byte)0;
    }

    /// <summary>A read of the data port: the mask, or the answer to a poll.</summary>
    public byte ReadData() => _poll ? ReadCommand() : _mask;

    /// <summary>A write to the command port: ICW1, OCW2 or OCW3.</summary>
    public void WriteCommand(byte value)
    {
        if ((value & 0x10) != 0)
        {
            BeginInitialization(value);
        }
        else if ((value & 0x08) != 0)
        {
            WriteOcw3(value);
        }
        else
        {
            WriteOcw2(value);
        }
    }

    /// <summary>A write to the data port: ICW2 to ICW4 during initialization, then OCW1.</summary>
    public void WriteData(byte value)
    {
        switch (_step)
        {
            case InitializationStep.Icw2:
                _vectorBase = (byte)(value & 0xF8);
                _step = !_isSingle ? InitializationStep.Icw3 : _needsIcw4 ? InitializationStep.Icw4 : InitializationStep.None;
                break;

            case InitializationStep.Icw3:
                // Which line cascades is wired on the board, whatever the guest says.
                _step = _needsIcw4 ? InitializationStep.Icw4 : InitializationStep.None;
                break;

            case InitializationStep.Icw4:
                _autoEoi = (value & 0x02) != 0;
                _specialFullyNested = (value & 0x10) != 0;
                _step = InitializationStep.None;
                break;

            default:
                _mask = value;
                return;
        }

        _isInitialized = _step == InitializationStep.None;
    }

    private void BeginInitialization(byte icw1)
    {
        // Edges must come anew; a level that is there is still there.
        _requests = (byte)(_lines & _level);
        _inService = 0;
        _mask = 0;
        _highest = 0;
        _autoEoi = false;
        _rotateOnAutoEoi = false;
        _specialMask = false;
        _specialFullyNested = false;
        _poll = false;
        _readsInService = false;
        _isInitialized = false;
        _isSingle = (icw1 & 0x02) != 0;
        _needsIcw4 = (icw1 & 0x01) != 0;
        _step = InitializationStep.Icw2;
    }

    private void WriteOcw2(byte value)
    {
        int line = value & 7;
        switch (value >> 5)
        {
            case 0b000:
                _rotateOnAutoEoi = false;
                break;

            case 0b100:
                _rotateOnAutoEoi = true;
                break;

            case 0b001:
                EndHighest(rotate: false);
                break;

            case 0b101:
                EndHighest(rotate: true);
                break;

            case 0b011:
                _inService = (byte)(_inService & ~(1 << line));
                break;

            case 0b111:
                _inService = (byte)(_inService & ~(1 << line));
                _highest = (line + 1) & 7;
                break;

            case 0b110:
                _highest = (line + 1) & 7;
                break;

            default:
                break; // 0b010 is no operation
        }
    }

    private void EndHighest(bool rotate)
    {
        // In special mask mode a line that is masked does not count as the highest, so that the end goes to the one that works.
        int rank = Rank(_specialMask ? (byte)(_inService & ~_mask) : _inService);
        if (rank == 8)
        {
            return;
        }

        int line = (rank + _highest) & 7;
        _inService = (byte)(_inService & ~(1 << line));
        if (rotate)
        {
            _highest = (line + 1) & 7;
        }
    }

    private void WriteOcw3(byte value)
    {
        _poll = (value & 0x04) != 0;
        if ((value & 0x02) != 0)
        {
            _readsInService = (value & 0x01) != 0;
        }

        if ((value & 0x40) != 0)
        {
            _specialMask = (value & 0x20) != 0;
        }
    }

    // The line to deliver: the request of the highest priority, if nothing as high or higher is in service.
    private int Pending()
    {
        if (!_isInitialized)
        {
            return -1;
        }

        byte blocking = _inService;
        if (_specialMask)
        {
            blocking = (byte)(blocking & ~_mask);
        }

        if (_specialFullyNested && isMaster)
        {
            blocking = (byte)(blocking & ~CascadeBit); // the slave knows its own priorities
        }

        int rank = Rank((byte)(_requests & ~_mask));
        return rank < Rank(blocking) ? (rank + _highest) & 7 : -1;
    }

    // The place in the current order of priorities, 0 the highest, of the best of the lines; 8 if there are none.
    private int Rank(byte lines) => lines == 0 ? 8 : BitOperations.TrailingZeroCount(byte.RotateRight(lines, _highest));

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write((byte)_step);
        writer.Write((byte)_highest);
        writer.Write(_lines);
        writer.Write(_requests);
        writer.Write(_inService);
        writer.Write(_mask);
        writer.Write(_level);
        writer.Write(_vectorBase);
        writer.Write(_needsIcw4);
        writer.Write(_isSingle);
        writer.Write(_isInitialized);
        writer.Write(_autoEoi);
        writer.Write(_rotateOnAutoEoi);
        writer.Write(_specialMask);
        writer.Write(_specialFullyNested);
        writer.Write(_poll);
        writer.Write(_readsInService);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _step = (InitializationStep)reader.ReadByte((byte)InitializationStep.Icw4);
        _highest = reader.ReadByte(maximum: 7);
        _lines = reader.ReadByte();
        _requests = reader.ReadByte();
        _inService = reader.ReadByte();
        _mask = reader.ReadByte();
        _level = reader.ReadByte();
        _vectorBase = reader.ReadByte();
        _needsIcw4 = reader.ReadBoolean();
        _isSingle = reader.ReadBoolean();
        _isInitialized = reader.ReadBoolean();
        _autoEoi = reader.ReadBoolean();
        _rotateOnAutoEoi = reader.ReadBoolean();
        _specialMask = reader.ReadBoolean();
        _specialFullyNested = reader.ReadBoolean();
        _poll = reader.ReadBoolean();
        _readsInService = reader.ReadBoolean();
    }
}
