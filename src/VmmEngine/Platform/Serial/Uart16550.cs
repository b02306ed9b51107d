using VmmEngine.Bus;
using VmmEngine.Snapshots;
using static VmmEngine.Platform.UartRegisters;

namespace VmmEngine.Platform;

/// <summary>
/// A serial port with a 16550A. Sends at once what its sink takes, whatever the divisor says; receives what the host hands in.
/// </summary>
/// <remarks>
/// The other end is always there: carrier, data set ready, clear to send. A received character below the FIFO's trigger level is reported as
/// timed out at once.
/// </remarks>
public sealed class Uart16550 : BytePortDevice, ISnapshotted
{
    private const int FifoDepth = 16;
    private const int InputDepth = 4096;
    private const byte ModemConnected = CarrierDetect | DataSetReady | ClearToSend;

    private readonly DeviceLock _lock = new();
    private readonly InterruptLine _line;
    private readonly SerialSink _sink;
    private readonly ushort _firstPort;

    private readonly ByteQueue _input = new(InputDepth);
    private readonly ByteQueue _received = new(FifoDepth);
    private readonly ByteQueue _unsent = new(FifoDepth);

    private byte _enabled;
    private byte _fifoControl;
    private byte _lineControl;
    private byte _modemControl;
    private byte _modemStatus = ModemConnected;
    private byte _lineErrors;
    private byte _scratch;
    private ushort _divisor = 12; // 9,600 baud
    private bool _reportsEmpty;

    /// <summary>Makes a port.</summary>
    /// <param name="firstPort">The first of its eight I/O ports: 0x3F8 for COM1.</param>
    /// <param name="line">Its interrupt line: 4 for COM1.</param>
    /// <param name="interrupts">Where the line ends.</param>
    /// <param name="sink">Where what the guest sends goes.</param>
    public Uart16550(ushort firstPort, int line, InterruptController interrupts, SerialSink sink)
    {
        ArgumentNullException.ThrowIfNull(interrupts);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)line, 15u, nameof(line));
        _firstPort = firstPort;
        _line = new InterruptLine(interrupts, line);
        _sink = sink;
        sink.Connect(OnSinkReady);
    }

    /// <summary>Puts it behind its ports.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(_firstPort, Count, this);
    }

    /// <summary>Hands characters to the guest. Any thread; never blocks.</summary>
    /// <returns>How many there was room for: 4096 wait here for the guest to read them.</returns>
    public int Receive(ReadOnlySpan<byte> characters)
    {
        using (_lock.Hold())
        {
            int taken = 0;
            while (taken < characters.Length && _input.TryAdd(characters[taken]))
            {
                taken++;
            }

            Update();
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        using (_lock.Hold())
        {
            _line.Save(writer);
            _input.Save(writer);
            _received.Save(writer);
            _unsent.Save(writer);
            writer.Write(_enabled);
            writer.Write(_fifoControl);
            writer.Write(_lineControl);
            writer.Write(_modemControl);
            writer.Write(_modemStatus);
            writer.Write(_lineErrors);
            writer.Write(_scratch);
            writer.Write(_divisor);
            writer.Write(_reportsEmpty);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        using (_lock.Hold())
        {
            _line.Restore(reader);
            _input.Restore(reader);
            _received.Restore(reader);
            _unsent.Restore(reader);
            _enabled = reader.ReadByte();
            _fifoControl = reader.ReadByte();
            _lineControl = reader.ReadByte();
            _modemControl = reader.ReadByte();
            _modemStatus = reader.ReadByte();
            _lineErrors = reader.ReadByte();
            _scratch = reader.ReadByte();
            _divisor = reader.ReadUInt16();
            _reportsEmpty = reader.ReadBoolean();
        }
    }

    private bool HasFifos => (_fifoControl & FifoEnable) != 0;

    private bool IsLooped => (_modemControl & Loopback) != 0;

    private bool HasDivisorLatch => (_lineControl & DivisorLatchAccess) != 0;

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port)
    {
        int register = port - _firstPort;
        if ((uint)register >= Count)
        {
            return Floating;
        }

        using (_lock.Hold())
        {
            byte value = ReadRegister(register);
            Update();
            return value;
        }
    }

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        int register = port - _firstPort;
        if ((uint)register >= Count)
        {
            return;
        }

        using (_lock.Hold())
        {
            WriteRegister(register, value);
            Update();
        }
    }

    private byte ReadRegister(int register)
    {
        switch (register)
        {
            case Data:
                return HasDivisorLatch ? (byte)_divisor : _received.Count > 0 ? _received.Take() : (byte)0;

            case InterruptEnable:
                return HasDivisorLatch ? (byte)(_divisor >> 8) : _enabled;

            case InterruptIdentification:
                byte identification = Identify();
                if (identification == IdentifyTransmitterEmpty)
                {
                    _reportsEmpty = false; // reading it is the answer
                }

                return (byte)(identification | (HasFifos ? IdentifyFifos : 0));

            case LineControl:
                return _lineControl;

            case ModemControl:
                return _modemControl;

            case LineStatus:
                byte status = Status();
                _lineErrors = 0;
                return status;

            case ModemStatus:
                byte modem = _modemStatus;
                _modemStatus = (byte)(modem & ~ModemChanges);
                return modem;

            default:
                return _scratch;
        }
    }

    private void WriteRegister(int register, byte value)
    {
        switch (register)
        {
            case Data when HasDivisorLatch:
                _divisor = (ushort)((_divisor & 0xFF00) | value);
                break;

            case Data:
                Send(value);
                break;

            case InterruptEnable when HasDivisorLatch:
                _divisor = (ushort)((_divisor & 0x00FF) | (value << 8));
                break;

            case InterruptEnable:
                // Enabling the interrupt of an empty transmitter raises it: that is how drivers start to send.
                _reportsEmpty |= (value & ~_enabled & EnableTransmitterEmpty) != 0 && _unsent.Count == 0;
                _enabled = (byte)(value & 0x0F);
                break;

            case InterruptIdentification:
                WriteFifoControl(value);
                break;

            case LineControl:
                _lineControl = value;
                break;

            case ModemControl:
                _modemControl = (byte)(value & 0x1F);
                UpdateModem();
                break;

            case Scratch:
                _scratch = value;
                break;

            default:
                break; // the status registers are read only
        }
    }

    private void WriteFifoControl(byte value)
    {
        bool switched = ((value ^ _fifoControl) & FifoEnable) != 0;
        if (switched || (value & FifoResetReceiver) != 0)
        {
            _received.Clear();
        }

        if ((switched || (value & FifoResetTransmitter) != 0) && _unsent.Count > 0)
        {
            _unsent.Clear();
            _reportsEmpty = true;
        }

        _fifoControl = (byte)((value & FifoEnable) != 0 ? value & (FifoEnable | 0xC0) : 0);
    }

    private void Send(byte value)
    {
        _reportsEmpty = false;
        if (IsLooped)
        {
            if (_received.Count >= Depth || !_received.TryAdd(value))
            {
                _lineErrors |= Overrun;
            }
        }
        else
        {
            // Full: the guest did not look at the line status, and the character is lost as on a real line.
            _unsent.TryAdd(value);
            Drain();
        }

        _reportsEmpty |= _unsent.Count == 0;
    }

    private void Drain()
    {
        while (_unsent.Count > 0 && _sink.TryWrite(_unsent.Peek()))
        {
            _unsent.Take();
        }
    }

    private void OnSinkReady()
    {
        using (_lock.Hold())
        {
            if (_unsent.Count > 0)
            {
                Drain();
                _reportsEmpty |= _unsent.Count == 0;
                Update();
            }
        }
    }

    private int Depth => HasFifos ? FifoDepth : 1;

    private byte Status()
    {
        byte empty = _unsent.Count == 0 ? (byte)(TransmitterHoldingEmpty | TransmitterEmpty) : (byte)0;
        return (byte)(empty | _lineErrors | (_received.Count > 0 ? DataReady : 0));
    }

    // The modem lines of the other end; in loopback the port's own outputs.
    private void UpdateModem()
    {
        int lines = ModemConnected;
        if (IsLooped)
        {
            lines = ((_modemControl & RequestToSend) != 0 ? ClearToSend : 0) | ((_modemControl & DataTerminalReady) != 0 ? DataSetReady : 0) |
                ((_modemControl & Output1) != 0 ? RingIndicator : 0) | ((_modemControl & Output2) != 0 ? CarrierDetect : 0);
        }

        int changed = (lines ^ _modemStatus) & ~ModemChanges;
        changed &= ~(lines & RingIndicator); // only the end of ringing counts
        _modemStatus = (byte)(lines | (_modemStatus & ModemChanges) | (changed >> 4));
    }

    // The reason of the highest priority.
    private byte Identify()
    {
        if ((_enabled & EnableLineStatus) != 0 && (_lineErrors & LineErrors) != 0)
        {
            return IdentifyLineStatus;
        }

        if ((_enabled & EnableReceived) != 0 && _received.Count > 0)
        {
            return !HasFifos || _received.Count >= Trigger ? IdentifyReceived : IdentifyTimeout;
        }

        if ((_enabled & EnableTransmitterEmpty) != 0 && _reportsEmpty)
        {
            return IdentifyTransmitterEmpty;
        }

        return (_enabled & EnableModemStatus) != 0 && (_modemStatus & ModemChanges) != 0 ? IdentifyModemStatus : IdentifyNone;
    }

    private int Trigger => (_fifoControl >> 6) switch
    {
        0 => 1,
        1 => 4,
        2 => 8,
        _ => 14,
    };

    // Moves up what waits outside, and sets the line.
    private void Update()
    {
        while (!IsLooped && _received.Count < Depth && _input.Count > 0)
        {
            _received.TryAdd(_input.Take());
        }

        bool connected = (_modemControl & (Output2 | Loopback)) == Output2;
        _line.Set(connected && Identify() != IdentifyNone);
    }
}
