using VmmEngine.Bus;
using VmmEngine.Memory;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>The IO-APIC: 32 pins, each of which turns an edge or a level into a message to local APICs. Intel 82093AA data sheet.</summary>
/// <remarks>
/// Each pin counts who asserts it, so that several may share it. One that is withdrawn more often than asserted has a negative count, and is silent
/// until that is made up for, unless that is not wanted.
/// </remarks>
public sealed class IoApic : MmioDevice, ISnapshotted
{
    /// <summary>How many pins there are.</summary>
    public const int Pins = 32;

    /// <summary>Where its page is.</summary>
    public const ulong Page = 0xFEC0_0000;

    /// <summary>Bytes of the page.</summary>
    public const ulong PageSize = 0x1000;

    private const uint SelectOffset = 0x00;
    private const uint WindowOffset = 0x10;
    private const uint IdRegister = 0;
    private const uint VersionRegister = 1;
    private const uint ArbitrationRegister = 2;
    private const uint FirstRedirection = 0x10;
    private const uint VersionValue = 0x11 | ((Pins - 1) << 16);
    private const uint IdBits = 0x0F00_0000;

    private const ulong Masked = 1 << 16;
    private const ulong Level = 1 << 15;
    private const ulong RemoteIrr = 1 << 14;
    private const ulong DeliveryStatus = 1 << 12;
    private const ulong Logical = 1 << 11;
    private const ulong ReadOnly = RemoteIrr | DeliveryStatus;
    private const ulong Writable = 0xFF00_0000_0001_AFFF;

    private readonly DeviceLock _lock = new();
    private readonly IInterruptBus _bus;
    private readonly ulong[] _redirections = new ulong[Pins];
    private readonly int[] _counts = new int[Pins];
    private uint _select;
    private uint _id;

    /// <summary>Makes one in the state after power-on: every pin masked.</summary>
    public IoApic(IInterruptBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        _bus = bus;
        Array.Fill(_redirections, Masked);
    }

    /// <summary>See <see cref="Irqchip.AllowNegativeCounts"/>.</summary>
    internal bool AllowsNegativeCounts { get; set; } = true;

    /// <summary>Puts it where a PC has it.</summary>
    public void Map(DeviceBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.MapMmio(new Gpa(Page), PageSize, this);
    }

    /// <summary>One more, or one fewer, asserts a pin. Any thread.</summary>
    public void SetPin(int pin, bool asserted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)pin, Pins - 1u, nameof(pin));
        using (_lock.Hold())
        {
            int before = _counts[pin];
            if (!asserted && before <= 0 && !AllowsNegativeCounts)
            {
                return;
            }

            _counts[pin] = unchecked(before + (asserted ? 1 : -1));
            if (asserted && before == 0)
            {
                Send(pin);
            }
        }
    }

    /// <summary>A vCPU has ended a level-triggered vector: pins that sent it may send again. Any thread.</summary>
    public void EndInterrupt(byte vector)
    {
        using (_lock.Hold())
        {
            for (int pin = 0; pin < Pins; pin++)
            {
                ref ulong entry = ref _redirections[pin];
                if ((entry & RemoteIrr) != 0 && (byte)entry == vector)
                {
                    entry &= ~RemoteIrr;
                    SendLevel(pin);
                }
            }
        }
    }

    /// <summary>The machine's reset: every pin masked. Who asserts a pin still does.</summary>
    public void Reset()
    {
        using (_lock.Hold())
        {
            for (int pin = 0; pin < Pins; pin++)
            {
                _redirections[pin] = Masked;
                Announce(pin);
            }

            _select = 0;
            _id = 0;
        }
    }

    /// <inheritdoc/>
    public override ulong Read(ulong offset, int size)
    {
        if (size != 4)
        {
            return 0;
        }

        using (_lock.Hold())
        {
            return offset switch
            {
                SelectOffset => _select,
                WindowOffset => ReadRegister(_select),
                _ => 0,
            };
        }
    }

    /// <inheritdoc/>
    public override void Write(ulong offset, int size, ulong value)
    {
        if (size != 4)
        {
            return;
        }

        using (_lock.Hold())
        {
            if (offset == SelectOffset)
            {
                _select = (byte)value;
            }
            else if (offset == WindowOffset)
            {
                WriteRegister(_select, (uint)value);
            }
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using (_lock.Hold())
        {
            writer.Write(_select);
            writer.Write(_id);
            for (int pin = 0; pin < Pins; pin++)
            {
                writer.Write(_redirections[pin]);
                writer.Write(_counts[pin]);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using (_lock.Hold())
        {
            _select = (byte)reader.ReadUInt32();
            _id = reader.ReadUInt32() & IdBits;
            for (int pin = 0; pin < Pins; pin++)
            {
                _redirections[pin] = reader.ReadUInt64() & (Writable | RemoteIrr);
                _counts[pin] = reader.ReadInt32(int.MinValue, int.MaxValue);
                Announce(pin);
            }
        }
    }

    private uint ReadRegister(uint register)
    {
        switch (register)
        {
            case IdRegister or ArbitrationRegister:
                return _id;

            case VersionRegister:
                return VersionValue;

            case >= FirstRedirection and < FirstRedirection + (2 * Pins):
                return (uint)(_redirections[(register - FirstRedirection) / 2] >> (32 * (int)(register & 1)));

            default:
                return 0;
        }
    }

    private void WriteRegister(uint register, uint value)
    {
        if (register == IdRegister)
        {
            _id = value & IdBits;
        }
        else if (register - FirstRedirection < 2 * Pins)
        {
            int pin = (int)(register - FirstRedirection) / 2;
            ref ulong entry = ref _redirections[pin];
            ulong written = (register & 1) == 0 ? (entry & 0xFFFF_FFFF_0000_0000) | value : (uint)entry | ((ulong)value << 32);
            entry = (written & Writable) | (entry & ReadOnly);
            if ((entry & Level) == 0)
            {
                entry &= ~RemoteIrr; // an edge has no end; this is how kernels clear a pin that is stuck
            }

            Announce(pin);
            SendLevel(pin);
        }
    }

    // A level that nobody has taken yet is sent as soon as its pin can.
    private void SendLevel(int pin)
    {
        if ((_redirections[pin] & (Level | RemoteIrr)) == Level && _counts[pin] > 0)
        {
            Send(pin);
        }
    }

    private void Send(int pin)
    {
        ref ulong entry = ref _redirections[pin];
        bool level = (entry & Level) != 0;
        if ((entry & Masked) != 0 || (level && (entry & RemoteIrr) != 0))
        {
            return;
        }

        if (level)
        {
            entry |= RemoteIrr;
        }

        _bus.Deliver(MessageOf(entry));
    }

    private void Announce(int pin) => _bus.Announce(pin, MessageOf(_redirections[pin]));

    private static InterruptMessage MessageOf(ulong entry) =>
        new((byte)(entry >> 56), (entry & Logical) != 0, (DeliveryMode)((entry >> 8) & 7), (byte)entry, (entry & Level) != 0, IsWide: false);
}
