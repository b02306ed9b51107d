namespace VmmEngine.Platform;

/// <summary>The local APICs of a VM, and the bus between them and the IO-APIC.</summary>
/// <remarks>Any thread; takes no lock. A message meets only the vCPUs that are part of the guest.</remarks>
public sealed class LocalApics : IInterruptBus
{
    private readonly LocalApic?[] _apics;
    private readonly VmClock _clock;
    private readonly IApicHost _host;

    /// <summary>Makes the bus, without APICs.</summary>
    /// <param name="limit">vCPU ids run from 0 to one less than this: 64 at most.</param>
    /// <param name="clock">What their timers count.</param>
    /// <param name="host">The vCPUs.</param>
    public LocalApics(uint limit, VmClock clock, IApicHost host)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 64u);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(host);
        _apics = new LocalApic?[limit];
        _clock = clock;
        _host = host;
    }

    /// <summary>Who is told of the ends of level-triggered interrupts; set once, before there are any.</summary>
    internal Action<byte>? Ended { get; set; }

    /// <summary>A vCPU's APIC; null until it is made.</summary>
    public LocalApic? this[int vcpu] => (uint)vcpu < (uint)_apics.Length ? Volatile.Read(ref _apics[vcpu]) : null;

    /// <summary>Makes a vCPU's APIC, once.</summary>
    /// <param name="vcpu">Its number.</param>
    /// <param name="counters">What it counts; null: nothing. Valid for as long as interrupts come.</param>
    public unsafe LocalApic Add(int vcpu, Backends.VcpuCounters* counters)
    {
        LocalApic apic = new(this, vcpu, _clock, _host, counters);
        Volatile.Write(ref _apics[vcpu], apic);
        return apic;
    }

    /// <inheritdoc/>
    public void Deliver(in InterruptMessage message)
    {
        ulong targets = TargetsOf(in message);
        if (message.Mode == DeliveryMode.LowestPriority)
        {
            targets = LeastUrgent(targets);
        }

        for (int id = 0; targets != 0; id++, targets >>= 1)
        {
            if ((targets & 1) != 0 && this[id] is { } apic)
            {
                DeliverTo(apic, in message);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>All ends are heard of.</remarks>
    void IInterruptBus.Announce(int pin, in InterruptMessage message)
    {
    }

    /// <summary>The 8259s' output has risen: all pins LINT0 see it.</summary>
    internal void RaiseLint0()
    {
        foreach (ref LocalApic? slot in _apics.AsSpan())
        {
            Volatile.Read(ref slot)?.RaiseLint0();
        }
    }

    /// <summary>A vCPU has ended a level-triggered interrupt.</summary>
    internal void EndInterrupt(byte vector) => Ended?.Invoke(vector);

    /// <summary>Carries out what a processor wrote to its command register.</summary>
    /// <returns>False for a delivery mode that there is not.</returns>
    internal bool Send(LocalApic sender, in InterruptCommand command)
    {
        switch (command.Mode)
        {
            case DeliveryMode.Fixed or DeliveryMode.LowestPriority or DeliveryMode.Nmi:
                SendInterrupt(sender, in command);
                return true;

            case DeliveryMode.Init or DeliveryMode.Startup:
                if (!command.IsDeassert || command.Mode == DeliveryMode.Startup)
                {
                    sender.RequestStartup(command.Mode, command.Vector, StartupTargets(sender, in command, out bool single), single);
                }

                return true;

            default:
                return false;
        }
    }

    private void SendInterrupt(LocalApic sender, in InterruptCommand command)
    {
        InterruptMessage message = command.Message;
        ulong targets = command.Shorthand switch
        {
            Shorthand.None => TargetsOf(in message),
            Shorthand.Self => Bit(sender.Id),
            Shorthand.All => Active() | Bit(sender.Id),
            _ => Active() & ~Bit(sender.Id),
        };
        if (command.Mode == DeliveryMode.LowestPriority)
        {
            targets = LeastUrgent(targets);
        }

        for (int id = 0; targets != 0; id++, targets >>= 1)
        {
            if ((targets & 1) != 0 && this[id] is { } apic)
            {
                apic.CountReceived();
                DeliverTo(apic, in message);
            }
        }
    }

    // A processor that is not part of the guest yet can be started by its id alone.
    private ulong StartupTargets(LocalApic sender, in InterruptCommand command, out bool single)
    {
        InterruptMessage message = command.Message;
        single = command.Shorthand == Shorthand.None && !message.IsLogical && !message.IsBroadcast;
        if (single)
        {
            return message.Destination < (uint)_apics.Length ? Bit((int)message.Destination) : 0;
        }

        return command.Shorthand switch
        {
            Shorthand.None => TargetsOf(in message),
            Shorthand.Self => 0, // malformed
            Shorthand.All => Active(),
            _ => Active() & ~Bit(sender.Id),
        };
    }

    private void DeliverTo(LocalApic apic, in InterruptMessage message)
    {
        switch (message.Mode)
        {
            case DeliveryMode.Fixed or DeliveryMode.LowestPriority:
                apic.Post(message.Vector, message.IsLevel);
                break;

            case DeliveryMode.Nmi:
                _host.RaiseNmi(apic.Id);
                break;

            case DeliveryMode.External:
                apic.PostExternal();
                break;
        }
    }

    private ulong TargetsOf(in InterruptMessage message)
    {
        ulong targets = 0;
        for (int id = 0; id < _apics.Length; id++)
        {
            if (this[id] is { } apic && _host.IsActive(id) && apic.IsMeant(in message))
            {
                targets |= Bit(id);
            }
        }

        return targets;
    }

    private ulong Active()
    {
        ulong active = 0;
        for (int id = 0; id < _apics.Length; id++)
        {
            active |= _host.IsActive(id) ? Bit(id) : 0;
        }

        return active;
    }

    // Of equals the one with the lowest number, so that every run does the same.
    private ulong LeastUrgent(ulong targets)
    {
        int chosen = -1;
        uint least = uint.MaxValue;
        for (int id = 0; id < _apics.Length; id++)
        {
            if ((targets & Bit(id)) != 0 && this[id] is { } apic && apic.ProcessorPriority < least)
            {
                chosen = id;
                least = apic.ProcessorPriority;
            }
        }

        return chosen < 0 ? 0 : Bit(chosen);
    }

    private static ulong Bit(int id) => 1UL << id;
}
