using VmmEngine.Bus;
using VmmEngine.Memory;
using VmmEngine.Snapshots;
using static VmmEngine.Platform.HpetRegisters;

namespace VmmEngine.Platform;

/// <summary>
/// The high precision event timer: a 32-bit counter of 16.777216 MHz and eight comparators, one-shot or periodic, which interrupt through the IO-APIC or by
/// a message. IA-PC HPET specification 1.0a. There is no legacy replacement routing.
/// </summary>
public sealed class Hpet : MmioDevice, ISnapshotted
{
    /// <summary>Where its registers are.</summary>
    public const ulong Page = 0xFED0_0000;

    /// <summary>Bytes of the registers.</summary>
    public const ulong PageSize = 0x400;

    /// <summary>The low half of the capabilities register: Intel's, 32 bits, eight timers, revision 1.</summary>
    public const uint CapabilitiesLow = (0x8086u << 16) | ((Timers - 1) << 8) | 1;

    /// <summary>The pins of the IO-APIC that a comparator may use, a bit each: upstream's of an IO-APIC with 32.</summary>
    internal const uint Routes = 0xFF00_0000;

    internal const ulong WritableConfiguration = Level | InterruptEnabled | Periodic | RouteBits | SendsMessage;

    internal const int Timers = 8;
    private const ulong Frequency = 1 << 24;
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong FemtosecondsPerTick = 1_000_000_000_000_000 / Frequency;

    private readonly DeviceLock _lock = new();
    private readonly VmClock _clock;
    private readonly Irqchip? _irqchip;
    private readonly HpetComparator[] _timers;
    private readonly byte[] _known = new byte[Timers];
    private ulong _configuration;
    private uint _status;

    // The counter is what it was at the origin, and what the clock has made since while it is enabled.
    private uint _base;
    private ulong _origin;

    /// <summary>Makes one that does not count.</summary>
    /// <param name="clock">What it counts.</param>
    /// <param name="irqchip">Where its interrupts go; null: nowhere.</param>
    public Hpet(VmClock clock, Irqchip? irqchip)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _irqchip = irqchip;
        _timers = new HpetComparator[Timers];
        for (int i = 0; i < Timers; i++)
        {
            _timers[i] = new HpetComparator(this, i, clock);
        }
    }

    private bool Counts => (_configuration & Enabled) != 0;

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapMmio(new Gpa(Page), PageSize, this);
    }

    /// <summary>The machine's reset. Pins that are asserted are withdrawn.</summary>
    public void Reset()
    {
        using (_lock.Hold())
        {
            ClearStatus(_status);
            _configuration = 0;
            _base = 0;
            foreach (HpetComparator timer in _timers)
            {
                timer.Reset();
            }
        }
    }

    /// <inheritdoc/>
    public override ulong Read(ulong offset, int size)
    {
        if (size is not (4 or 8) || (offset & (uint)(size - 1)) != 0 || offset >= PageSize)
        {
            return 0;
        }

        using (_lock.Hold())
        {
            ulong value = ReadRegister((uint)offset & ~7u);
            return size == 8 ? value : (uint)(value >> (8 * (int)(offset & 4)));
        }
    }

    /// <inheritdoc/>
    public override void Write(ulong offset, int size, ulong value)
    {
        if (size is not (4 or 8) || (offset & (uint)(size - 1)) != 0 || offset >= PageSize)
        {
            return;
        }

        // A half of a register is written with the other half as it is; a clear bit of the status register clears nothing.
        ulong mask = size == 8 ? ulong.MaxValue : (ulong)uint.MaxValue << (8 * (int)(offset & 4));
        ulong data = size == 8 ? value : (ulong)(uint)value << (8 * (int)(offset & 4));
        using (_lock.Hold())
        {
            WriteRegister((uint)offset & ~7u, data, mask);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            writer.Write(_configuration);
            writer.Write(_status);
            writer.Write(_base);
            Moments.SaveOrigin(writer, _origin, now);
            foreach (HpetComparator timer in _timers)
            {
                timer.Save(writer, now);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            _configuration = reader.ReadUInt64() & Enabled;
            _status = reader.ReadUInt32() & ((1u << Timers) - 1);
            _base = reader.ReadUInt32();
            _origin = Moments.RestoreOrigin(reader, now);
            for (int i = 0; i < Timers; i++)
            {
                _timers[i].Restore(reader, now);
                _known[i] = PinOf(i);
            }
        }
    }

    /// <summary>For each comparator the pin that it asserts, as far as the IO-APIC knows; 0: none.</summary>
    internal byte[] KnownPins
    {
        get
        {
            using (_lock.Hold())
            {
                return [.. _known];
            }
        }

        set
        {
            using (_lock.Hold())
            {
                value.CopyTo(_known, 0);
            }
        }
    }

    /// <summary>Lets the IO-APIC know which pins are asserted, where it does not.</summary>
    internal void TellPins()
    {
        using (_lock.Hold())
        {
            for (int i = 0; i < Timers; i++)
            {
                Assert(i, PinOf(i));
            }
        }
    }

    /// <summary>After a restore without the clock's own and the IO-APIC's: asserts the pins and arms the timers.</summary>
    internal void Resume()
    {
        TellPins();
        using (_lock.Hold())
        {
            foreach (HpetComparator timer in _timers)
            {
                timer.Schedule(timer.Due);
            }
        }
    }

    /// <summary>A comparator's time has come. The clock's thread.</summary>
    internal void OnExpired(int index)
    {
        using (_lock.Hold())
        {
            ulong now = _clock.Now;
            HpetComparator timer = _timers[index];
            if (now < timer.Due || !Counts)
            {
                return; // the guest has set it anew meanwhile
            }

            Interrupt(timer, index);
            if (timer.IsPeriodic && timer.Period != 0)
            {
                // One interrupt for all the periods that a late host has missed.
                uint missed = (CounterAt(now) - timer.Comparator) / timer.Period;
                timer.Comparator += (missed + 1) * timer.Period;
            }

            Schedule(timer, now, again: true);
        }
    }

    private static ulong ToTicks(ulong nanoseconds) =>
        (nanoseconds / NanosecondsPerSecond * Frequency) + (nanoseconds % NanosecondsPerSecond * Frequency / NanosecondsPerSecond);

    // The first nanosecond at which so many ticks have passed.
    private static ulong ToNanoseconds(ulong ticks) =>
        (ticks / Frequency * NanosecondsPerSecond) + (((ticks % Frequency * NanosecondsPerSecond) + Frequency - 1) / Frequency);

    private uint CounterAt(ulong now) => Counts ? unchecked(_base + (uint)ToTicks(Moments.Since(_origin, now))) : _base;

    private ulong ReadRegister(uint register)
    {
        switch (register)
        {
            case Capabilities:
                return (FemtosecondsPerTick << 32) | CapabilitiesLow;

            case HpetRegisters.Configuration:
                return _configuration;

            case InterruptStatus:
                return _status;

            case MainCounter:
                return CounterAt(_clock.Now);
        }

        uint index = (register - FirstTimer) / TimerStride;
        if (register < FirstTimer || index >= Timers)
        {
            return 0;
        }

        HpetComparator timer = _timers[index];
        return (register & (TimerStride - 1)) switch
        {
            TimerConfiguration => timer.Configuration,
            TimerComparator => timer.Comparator,
            TimerMessage => timer.Message,
            _ => 0,
        };
    }

    private void WriteRegister(uint register, ulong data, ulong mask)
    {
        switch (register)
        {
            case HpetRegisters.Configuration:
                Configure((_configuration & ~mask) | data);
                return;

            case InterruptStatus:
                ClearStatus((uint)data);
                return;

            case MainCounter when (mask & uint.MaxValue) != 0:
                ulong now = _clock.Now;
                _base = (uint)data;
                _origin = now;
                ScheduleAll(now);
                return;
        }

        uint index = (register - FirstTimer) / TimerStride;
        if (register >= FirstTimer && index < Timers)
        {
            WriteTimer((int)index, register & (TimerStride - 1), data, mask);
        }
    }

    private void WriteTimer(int index, uint register, ulong data, ulong mask)
    {
        HpetComparator timer = _timers[index];
        ulong now = _clock.Now;
        switch (register)
        {
            case TimerConfiguration:
                ConfigureTimer(timer, index, (timer.Configuration & ~mask) | data);
                Schedule(timer, now, again: false);
                break;

            case TimerComparator when (mask & uint.MaxValue) != 0:
                // In periodic mode a write sets the period, and the comparator too if the guest has asked for that just before.
                bool setsComparator = !timer.IsPeriodic || (timer.Configuration & SetsAccumulator) != 0;
                timer.Period = timer.IsPeriodic ? (uint)data : timer.Period;
                timer.Comparator = setsComparator ? (uint)data : timer.Comparator;
                timer.Configuration &= ~SetsAccumulator;
                Schedule(timer, now, again: false);
                break;

            case TimerMessage:
                timer.Message = (timer.Message & ~mask) | data;
                break;
        }
    }

    private void Configure(ulong written)
    {
        ulong now = _clock.Now;
        uint counter = CounterAt(now);
        _configuration = written & Enabled;
        _base = counter;
        _origin = now;
        ScheduleAll(now);
    }

    private void ConfigureTimer(HpetComparator timer, int index, ulong written)
    {
        ulong fixedBits = timer.Configuration & ~(WritableConfiguration | SetsAccumulator);
        int route = (int)((written & RouteBits) >> RouteShift);
        if (route != 0 && (Routes & (1u << route)) == 0)
        {
            written = (written & ~RouteBits) | (timer.Configuration & RouteBits); // a pin that it has not keeps the old one
        }

        uint bit = 1u << index;
        bool keepsLevel = (written & (Level | InterruptEnabled | SendsMessage)) == (Level | InterruptEnabled) && (written & RouteBits) == (timer.Configuration & RouteBits);
        if ((_status & bit) != 0 && !keepsLevel)
        {
            ClearStatus(bit);
        }

        timer.Configuration = fixedBits | (written & (WritableConfiguration | SetsAccumulator));
    }

    // Level-triggered comparators assert their pin while their status bit is set.
    private void ClearStatus(uint bits)
    {
        bits &= _status;
        _status &= ~bits;
        for (int i = 0; i < Timers; i++)
        {
            if ((bits & (1u << i)) != 0)
            {
                Assert(i, pin: 0);
            }
        }
    }

    private void Interrupt(HpetComparator timer, int index)
    {
        if (!timer.IsEnabled)
        {
            return;
        }

        if (timer.UsesMessages)
        {
            ulong address = timer.Message >> 32;
            if ((address & 0xFFF0_0000) == LocalApic.Page)
            {
                _irqchip?.SendMsi(address, (uint)timer.Message);
            }
        }
        else if (timer.Route != 0 && !timer.InterruptsByLevel)
        {
            _irqchip?.SetIoApicPin(timer.Route, asserted: true);
            _irqchip?.SetIoApicPin(timer.Route, asserted: false);
        }
        else if (timer.Route != 0 && (_status & (1u << index)) == 0)
        {
            _status |= 1u << index;
            Assert(index, (byte)timer.Route);
        }
    }

    // The pin that a level-triggered comparator asserts while its status bit is set.
    private byte PinOf(int index) => (_status & (1u << index)) != 0 ? (byte)_timers[index].Route : (byte)0;

    // From now on the comparator asserts this pin, or with 0 none.
    private void Assert(int index, byte pin)
    {
        byte before = _known[index];
        if (before == pin)
        {
            return;
        }

        _known[index] = pin;
        if (before != 0)
        {
            _irqchip?.SetIoApicPin(before, asserted: false);
        }

        if (pin != 0)
        {
            _irqchip?.SetIoApicPin(pin, asserted: true);
        }
    }

    private void ScheduleAll(ulong now)
    {
        foreach (HpetComparator timer in _timers)
        {
            Schedule(timer, now, again: false);
        }
    }

    // It fires when the counter comes to the comparator: at the latest after a whole round of the counter.
    private void Schedule(HpetComparator timer, ulong now, bool again)
    {
        if (!Counts || !timer.IsEnabled)
        {
            timer.Schedule(VmClock.Never);
            return;
        }

        ulong left = timer.Comparator - CounterAt(now);
        if (left == 0 && again)
        {
            left = 1UL << 32;
        }

        // From the origin, so that rounding does not add up.
        ulong ticks = ToTicks(Moments.Since(_origin, now)) + left;
        ulong due = _origin + ToNanoseconds(ticks);
        timer.Schedule(again || timer.IsPeriodic ? Math.Max(due, now + _clock.MinimumPeriod) : Math.Max(due, now));
    }
}
