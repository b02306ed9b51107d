using VmmEngine.Bus;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The chips that every VM has inside, as upstream's driver does: interrupt controllers, interval timer with port 0x61, clock, power management timer, HPET.
/// What else a board has, a front end adds: see <see cref="PcBoard"/>.
/// </summary>
/// <remarks>On KVM the local APICs are the kernel's, and the guest reaches them without us.</remarks>
public sealed class Chipset
{
    private readonly Irqchip? _irqchip;

    /// <summary>Makes the chips in their state after power-on.</summary>
    /// <param name="clock">Their time.</param>
    /// <param name="interrupts">The back end's controllers.</param>
    public Chipset(VmClock clock, InterruptController interrupts)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(interrupts);
        Interrupts = interrupts;
        _irqchip = interrupts as Irqchip;
        if (_irqchip is not null)
        {
            IntervalTimer = new Pit(clock, interrupts);
            PortB = new SystemPortB(IntervalTimer, clock);
        }

        Rtc = new Rtc(clock, interrupts, startSeconds: 0);
        PmTimer = new AcpiPmTimer(clock);
        Hpet = new Hpet(clock, _irqchip);
        Parts =
        [
            new("clock with memory", Rtc),
            new("power management timer", PmTimer),
            new("event timer", Hpet),
            .. IntervalTimer is null ? [] : new KeyValuePair<string, ISnapshotted>[] { new("interval timer", IntervalTimer), new("port 0x61", PortB!) },
        ];
    }

    /// <summary>Where the lines of devices end.</summary>
    public InterruptController Interrupts { get; }

    /// <summary>The clock. It began with the VM, at 1970.</summary>
    public Rtc Rtc { get; }

    /// <summary>The power management timer.</summary>
    public AcpiPmTimer PmTimer { get; }

    /// <summary>The high precision event timer.</summary>
    public Hpet Hpet { get; }

    /// <summary>The interval timer; null without interrupt controllers.</summary>
    internal Pit? IntervalTimer { get; }

    /// <summary>Port 0x61, with the timer.</summary>
    internal SystemPortB? PortB { get; }

    /// <summary>What the chips assert as far as the interrupt controllers know: a part of the controllers' state.</summary>
    internal ChipLevels KnownLevels
    {
        get => new(IntervalTimer?.Output.Known ?? false, Rtc.Output.Known, Hpet.KnownPins);

        set
        {
            IntervalTimer?.Output.Known = value.Timer;
            Rtc.Output.Known = value.Clock;
            Hpet.KnownPins = value.EventTimers;
        }
    }

    /// <summary>Lets the controllers know what the chips assert, where they do not.</summary>
    internal void TellLevels()
    {
        IntervalTimer?.Output.Tell();
        Rtc.Output.Tell();
        Hpet.TellPins();
    }

    /// <summary>The chips that have a state, by name: what a snapshot has of them. The interrupt controllers are the back end's.</summary>
    public IReadOnlyList<KeyValuePair<string, ISnapshotted>> Parts { get; }

    /// <summary>Puts the chips where a PC has them.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        _irqchip?.Map(bus);
        IntervalTimer?.Map(bus);
        PortB?.Map(bus);
        Rtc.Map(bus);
        PmTimer.Map(bus);
        Hpet.Map(bus);
    }

    /// <summary>The machine's reset: the clock keeps its time. No vCPU runs; the local APICs are reset with their vCPUs.</summary>
    public void Reset()
    {
        _irqchip?.Reset();
        IntervalTimer?.Reset();
        Rtc.Reset();
        PmTimer.Reset();
        Hpet.Reset();
    }
}
