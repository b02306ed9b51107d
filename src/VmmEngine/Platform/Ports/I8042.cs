using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The keyboard controller at ports 0x60 and 0x64, with a keyboard that answers its commands and on which nobody types, and no mouse. Firmware tests
/// it, and kernels reset the machine through it.
/// </summary>
public sealed class I8042 : BytePortDevice, ISnapshotted
{
    private const ushort DataPort = 0x60;
    private const ushort CommandPort = 0x64;
    private const int Line = 1;

    private const byte OutputFull = 0x01;
    private const byte SystemFlag = 0x04;
    private const byte LastWasCommand = 0x08;
    private const byte NotLocked = 0x10;

    private const byte InterruptEnabled = 0x01;
    private const byte KeyboardDisabled = 0x10;
    private const byte AuxiliaryDisabled = 0x20;

    private const byte Acknowledged = 0xFA;
    private const byte OutputPortRuns = 0x01;
    private const byte OutputPortAddressLine20 = 0x02;

    private readonly DeviceLock _lock = new();
    private readonly InterruptLine _line;
    private readonly Action _reset;
    private readonly ByteQueue _output = new(16);

    // What the next byte at the data port is for; 0: the keyboard.
    private byte _pendingCommand;
    private byte _pendingKeyboardCommand;
    private byte _configuration = SystemFlag | AuxiliaryDisabled | InterruptEnabled;
    private byte _outputPort = OutputPortRuns | OutputPortAddressLine20;
    private bool _lastWasCommand;

    /// <summary>Makes a controller.</summary>
    /// <param name="interrupts">Where the keyboard's line 1 ends.</param>
    /// <param name="reset">
    /// The guest asks for a reset. Called by the vCPU's thread, inside its exit: posts a request, and does not wait for the vCPU.
    /// </param>
    public I8042(InterruptController interrupts, Action reset)
    {
        ArgumentNullException.ThrowIfNull(interrupts);
        ArgumentNullException.ThrowIfNull(reset);
        _line = new InterruptLine(interrupts, Line);
        _reset = reset;
    }

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(DataPort, 1, this);
        bus.MapPorts(CommandPort, 1, this);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        using (_lock.Hold())
        {
            _line.Save(writer);
            _output.Save(writer);
            writer.Write(_pendingCommand);
            writer.Write(_pendingKeyboardCommand);
            writer.Write(_configuration);
            writer.Write(_outputPort);
            writer.Write(_lastWasCommand);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        using (_lock.Hold())
        {
            _line.Restore(reader);
            _output.Restore(reader);
            _pendingCommand = reader.ReadByte();
            _pendingKeyboardCommand = reader.ReadByte();
            _configuration = reader.ReadByte();
            _outputPort = reader.ReadByte();
            _lastWasCommand = reader.ReadBoolean();
        }
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port)
    {
        using (_lock.Hold())
        {
            switch (port)
            {
                case DataPort:
                    byte value = _output.Count > 0 ? _output.Take() : (byte)0;
                    _line.Set(asserted: false); // the next byte, if there is one, is an edge of its own
                    Update();
                    return value;

                case CommandPort:
                    return (byte)((_output.Count > 0 ? OutputFull : 0) | (_configuration & SystemFlag) |
                        (_lastWasCommand ? LastWasCommand : 0) | NotLocked);

                default:
                    return Floating;
            }
        }
    }

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        bool resets = false;
        using (_lock.Hold())
        {
            switch (port)
            {
                case DataPort:
                    _lastWasCommand = false;
                    resets = WriteData(value);
                    break;

                case CommandPort:
                    _lastWasCommand = true;
                    resets = WriteCommand(value);
                    break;

                default:
                    return;
            }

            Update();
        }

        if (resets)
        {
            _reset();
        }
    }

    private bool WriteCommand(byte command)
    {
        _pendingCommand = 0;
        switch (command)
        {
            case 0x20:
                _output.TryAdd(_configuration);
                break;

            case 0x60 or 0xD1 or 0xD2 or 0xD3 or 0xD4:
                _pendingCommand = command;
                break;

            case 0xA7:
                _configuration |= AuxiliaryDisabled;
                break;

            case 0xA8:
                _configuration = (byte)(_configuration & ~AuxiliaryDisabled);
                break;

            case 0xA9:
                _output.TryAdd(0x01); // the auxiliary clock line is stuck: there is no device
                break;

            case 0xAA:
                _output.Clear();
                _output.TryAdd(0x55);
                break;

            case 0xAB:
                _output.TryAdd(0x00);
                break;

            case 0xAD:
                _configuration |= KeyboardDisabled;
                break;

            case 0xAE:
                _configuration = (byte)(_configuration & ~KeyboardDisabled);
                break;

            case 0xD0:
                _output.TryAdd(_outputPort);
                break;

            default:
                // 0xF0 to 0xFF pulse the output port's low lines whose bits are 0; the first of them is the processor's reset.
                return command >= 0xF0 && (command & OutputPortRuns) == 0;
        }

        return false;
    }

    private bool WriteData(byte value)
    {
        byte command = _pendingCommand;
        _pendingCommand = 0;
        switch (command)
        {
            case 0:
                WriteKeyboard(value);
                return false;

            case 0x60:
                _configuration = value;
                return false;

            case 0xD1:
                _outputPort = (byte)(value | OutputPortRuns);
                return (value & OutputPortRuns) == 0;

            case 0xD2:
                _output.TryAdd(value);
                return false;

            default:
                return false; // for a mouse that is not there
        }
    }

    private void WriteKeyboard(byte value)
    {
        if (_pendingKeyboardCommand != 0)
        {
            _pendingKeyboardCommand = 0; // the parameter of the command before
            _output.TryAdd(Acknowledged);
            return;
        }

        _output.TryAdd(Acknowledged);
        switch (value)
        {
            case 0xFF:
                _output.TryAdd(0xAA); // passed its test
                break;

            case 0xF2:
                _output.TryAdd(0xAB);
                _output.TryAdd(0x83);
                break;

            case 0xED or 0xF0 or 0xF3:
                _pendingKeyboardCommand = value;
                break;

            default:
                break;
        }
    }

    private void Update() => _line.Set(_output.Count > 0 && (_configuration & InterruptEnabled) != 0);
}
