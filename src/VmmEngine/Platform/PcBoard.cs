using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The devices that a front end puts around a VM's <see cref="Chipset"/> to make a small PC of it: enough for firmware and for kernels that need no PCI.
/// </summary>
public sealed class PcBoard
{
    private const ushort Com1Port = 0x3F8;
    private const int Com1Line = 4;

    private readonly List<KeyValuePair<string, ISnapshotted>> _parts = [];

    /// <summary>Builds the devices and puts them on the bus.</summary>
    /// <param name="bus">The VM's; none of the devices' ports is taken.</param>
    /// <param name="chipset">The VM's chips, which are on the bus already.</param>
    /// <param name="options">What is on the board.</param>
    public PcBoard(DeviceBus bus, Chipset chipset, PcBoardOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(chipset);
        ArgumentNullException.ThrowIfNull(options);

        _ = chipset.Rtc.TrySetTime(options.StartSeconds);
        CmosMemory.Write(chipset.Rtc, options.LowMemory, options.HighMemory, options.Vcpus);

        I8042 keyboard = new(chipset.Interrupts, options.Reset);
        keyboard.Map(bus);
        SystemPortA portA = new(options.Reset);
        portA.Map(bus);
        _parts.Add(new("keyboard", keyboard));
        _parts.Add(new("port 0x92", portA));
        MapConsoles(bus, chipset.Interrupts, options);
        MapAbsent(bus);
    }

    /// <summary>The devices that have a state, by name: what a snapshot has of the board.</summary>
    public IReadOnlyList<KeyValuePair<string, ISnapshotted>> Parts => _parts;

    /// <summary>COM1; null if the board has none.</summary>
    public Uart16550? Serial { get; private set; }

    private void MapConsoles(DeviceBus bus, InterruptController interrupts, PcBoardOptions options)
    {
        if (options.Serial is { } serial)
        {
            Serial = new Uart16550(Com1Port, Com1Line, interrupts, serial);
            Serial.Map(bus);
            _parts.Add(new("COM1", Serial));
        }

        if (options.Debug is { } debug)
        {
            new DebugPort(debug).Map(bus);
        }

        if (options.Exited is { } exited)
        {
            new ExitPort(exited).Map(bus);
        }
    }

    // What guests touch although it is not there, many times: answered inside the engine.
    private static void MapAbsent(DeviceBus bus)
    {
        EmptyPorts empty = new();
        empty.Map(bus, first: 0x80, count: 1); // power-on codes, and everybody's delay
        empty.Map(bus, first: 0xCF8, count: 8); // PCI configuration
    }
}
