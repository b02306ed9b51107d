using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>The engine's own interrupt controllers, wired as on a PC: the 8259s' output ends at every LINT0 and at the IO-APIC's pin 0.</summary>
/// <remarks>Order of the locks: a device, the lines' counts, the 8259s, the IO-APIC, a local APIC's timer, a clock.</remarks>
public sealed unsafe class PcIrqchip : Irqchip, ISnapshotted
{
    private const int PicPin = 0;

    private readonly DeviceLock _countsLock = new();
    private readonly int[] _counts = new int[IsaLines];
    private readonly IApicHost _host;

    /// <summary>Makes the controllers; local APICs are added with their vCPUs.</summary>
    /// <param name="limit">vCPU ids run from 0 to one less than this.</param>
    /// <param name="clock">What the APICs' timers count.</param>
    /// <param name="host">The vCPUs.</param>
    public PcIrqchip(uint limit, VmClock clock, IApicHost host)
    {
        _host = host;
        Apics = new LocalApics(limit, clock, host);
        IoApic = new IoApic(Apics);
        Pic = new Pic(OnPicOutput);
    }

    /// <summary>The 8259 pair.</summary>
    public Pic Pic { get; }

    /// <summary>The IO-APIC.</summary>
    public IoApic IoApic { get; }

    /// <summary>The local APICs.</summary>
    public LocalApics Apics { get; }

    /// <inheritdoc/>
    /// <remarks>The local APICs' states belong to their vCPUs'.</remarks>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using (_countsLock.Hold())
        {
            foreach (int count in _counts)
            {
                writer.Write(count);
            }
        }

        Pic.Save(writer);
        IoApic.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using (_countsLock.Hold())
        {
            for (int line = 0; line < _counts.Length; line++)
            {
                _counts[line] = reader.ReadInt32(int.MinValue, int.MaxValue);
            }
        }

        Pic.Restore(reader);
        IoApic.Restore(reader);
    }

    /// <summary>Puts the registers that are not a vCPU's own where a PC has them.</summary>
    public void Map(DeviceBus bus)
    {
        new PicPorts(Pic).Map(bus);
        IoApic.Map(bus);
    }

    /// <inheritdoc/>
    public override void SetPicLine(int line, bool asserted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)line, IsaLines - 1u, nameof(line));
        using (_countsLock.Hold())
        {
            int before = _counts[line];
            int after = unchecked(before + (asserted ? 1 : -1));
            _counts[line] = after;
            if (asserted ? before == 0 : after == 0)
            {
                Pic.SetLine(line, asserted);
            }
        }
    }

    /// <inheritdoc/>
    public override void SetIoApicPin(int pin, bool asserted) => IoApic.SetPin(pin, asserted);

    /// <inheritdoc/>
    public override void SetTrigger(int line, bool isLevel) => Pic.SetTrigger(line, isLevel);

    /// <inheritdoc/>
    public override void SendMsi(ulong address, ulong data) => Apics.Deliver(InterruptMessage.OfMsi(address, data));

    /// <inheritdoc/>
    public override void RaiseVector(int vcpu, byte vector) => Apics[vcpu]?.Post(vector, isLevel: false);

    /// <inheritdoc/>
    public override bool RaiseLocal(int vcpu, LocalVector source) => Apics[vcpu]?.RaiseLocal(source) ?? true;

    /// <inheritdoc/>
    public override int SetX2Apic(Vcpu* vcpu, bool enabled)
    {
        Apics[vcpu->Id]!.SetX2Apic(enabled);
        return 0;
    }

    /// <inheritdoc/>
    public override void InitializeApic(int vcpu) => Apics[vcpu]?.PostInitialize();

    /// <inheritdoc/>
    public override uint ReadApic(Vcpu* vcpu, uint offset) => Apics[vcpu->Id]!.Read(offset);

    /// <inheritdoc/>
    public override bool WriteApic(Vcpu* vcpu, uint offset, int size, uint value)
    {
        LocalApic apic = Apics[vcpu->Id]!;
        bool written = apic.Write(offset, size, value);
        _ = apic.TryTakeStartup(out _); // nobody runs who could be given an exit for it
        return written;
    }

    /// <inheritdoc/>
    public override ulong ReadIoApic(ulong offset, int size) => IoApic.Read(offset, size);

    /// <inheritdoc/>
    public override void WriteIoApic(ulong offset, int size, ulong value) => IoApic.Write(offset, size, value);

    /// <inheritdoc/>
    public override void Reset()
    {
        Pic.Reset();
        IoApic.Reset();
    }

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu)
    {
        LocalApic? apic = Apics[vcpu];
        if (TakesFromPic(vcpu, apic))
        {
            int vector = Pic.Acknowledge(0);
            if (vector >= 0)
            {
                apic?.TakeExternal();
                apic?.CountExternal();
                return vector;
            }
        }

        return apic?.Acknowledge() ?? -1;
    }

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu)
    {
        LocalApic? apic = Apics[vcpu];
        return TakesFromPic(vcpu, apic) || (apic is not null && apic.HasInterrupt());
    }

    private bool TakesFromPic(int vcpu, LocalApic? apic) => Pic.HasInterrupt(0) && (apic?.AcceptsExternal() ?? vcpu == 0);

    // With the 8259s' lock held.
    private void OnPicOutput(bool raised)
    {
        _host.Notify(0);
        if (raised)
        {
            Apics.RaiseLint0();
            IoApic.SetPin(PicPin, asserted: true);
            IoApic.SetPin(PicPin, asserted: false);
        }
    }
}
