using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>The registers of a <see cref="Pic"/>: ports 0x20, 0x21, 0xA0, 0xA1, and the edge/level control registers at 0x4D0 and 0x4D1.</summary>
public sealed class PicPorts : BytePortDevice
{
    private const ushort MasterCommand = 0x20;
    private const ushort MasterData = 0x21;
    private const ushort SlaveCommand = 0xA0;
    private const ushort SlaveData = 0xA1;
    private const ushort MasterLevel = 0x4D0;
    private const ushort SlaveLevel = 0x4D1;

    private readonly Pic _pic;

    /// <summary>Makes the registers of a pair.</summary>
    public PicPorts(Pic pic)
    {
        ArgumentNullException.ThrowIfNull(pic);
        _pic = pic;
    }

    /// <summary>Puts them where a PC has them.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapPorts(MasterCommand, 2, this);
        bus.MapPorts(SlaveCommand, 2, this);
        bus.MapPorts(MasterLevel, 2, this);
    }

    /// <inheritdoc/>
    protected override byte ReadByte(ushort port) => port switch
    {
        MasterCommand => _pic.ReadCommand(master: true),
        SlaveCommand => _pic.ReadCommand(master: false),
        MasterData => _pic.ReadData(master: true),
        SlaveData => _pic.ReadData(master: false),
        MasterLevel => _pic.ReadLevel(master: true),
        SlaveLevel => _pic.ReadLevel(master: false),
        _ => Floating,
    };

    /// <inheritdoc/>
    protected override void WriteByte(ushort port, byte value)
    {
        switch (port)
        {
            case MasterCommand or SlaveCommand:
                _pic.WriteCommand(port == MasterCommand, value);
                break;

            case MasterData or SlaveData:
                _pic.WriteData(port == MasterData, value);
                break;

            case MasterLevel or SlaveLevel:
                _pic.WriteLevel(port == MasterLevel, value);
                break;

            default:
                break;
        }
    }
}
