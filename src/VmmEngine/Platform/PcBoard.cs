using VmmEngine.Bus;

namespace VmmEngine.Platform;

/// <summary>
/// The devices of a small PC on a bus: enough for firmware and for kernels that need no PCI. Interrupt controller and interval timer are left out where
/// the back end has its own.
/// </summary>
public sealed class PcBoard
{
    private const ushort Com1Port = 0x3F8;
    private const int Com1Line = 4;

    /// <summary>Builds the devices and puts them on the bus.</summary>
    /// <param name="bus">The VM's; none of the devices' ports is taken.</param>
    /// <param name="clock">The devices' time. Disposed by its owner, after the VM.</param>
    /// <param name="interrupts">The back end's. A <see cref="Pic"/> gets its ports here; any other kind is one that the guest reaches without us.</param>
    /// <param name="options">What is on the board.</param>
    public PcBoard(DeviceBus bus, VmClock clock, InterruptController interrupts, PcBoardOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(interrupts);
        ArgumentNullException.ThrowIfNull(options);

        if (interrupts is Pic pic)
        {
            new PicPorts(pic).Map(bus);
            Pit pit = new(clock, interrupts);
            pit.Map(bus);
            new SystemPortB(pit, clock).Map(bus);
        }

        Rtc rtc = new(clock, interrupts, options.StartSeconds);
        CmosMemory.Write(rtc, options.LowMemory, options.HighMemory, options.Vcpus);
        rtc.Map(bus);

        new I8042(interrupts, options.Reset).Map(bus);
        new SystemPortA(options.Reset).Map(bus);
        MapConsoles(bus, interrupts, options);
        MapAbsent(bus);
    }

    /// <summary>COM1; null if the board has none.</summary>
    public Uart16550? Serial { get; private set; }

    private void MapConsoles(DeviceBus bus, InterruptController interrupts, PcBoardOptions options)
    {
        if (options.Serial is { } serial)
        {
            Serial = new Uart16550(Com1Port, Com1Line, interrupts, serial);
            Serial.Map(bus);
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
