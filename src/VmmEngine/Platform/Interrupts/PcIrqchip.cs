using VmmEngine.Locks;

namespace VmmEngine.Platform;

/// <summary>The interrupt controllers with this engine's own local APICs.</summary>
public sealed unsafe class PcIrqchip : Irqchip
{
    private readonly IApicHost _host;

    /// <summary>Makes the controllers; local APICs are added with their vCPUs.</summary>
    /// <param name="limit">vCPU ids run from 0 to one less than this.</param>
    /// <param name="clock">What the APICs' timers count.</param>
    /// <param name="host">The vCPUs.</param>
    public PcIrqchip(uint limit, VmClock clock, IApicHost host)
        : this(new LocalApics(limit, clock, host), host)
    {
    }

    private PcIrqchip(LocalApics apics, IApicHost host)
        : base(apics)
    {
        _host = host;
        Apics = apics;
        apics.Ended = IoApic.EndInterrupt;
    }

    /// <summary>The local APICs.</summary>
    public LocalApics Apics { get; }

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

    /// <inheritdoc/>
    protected override void NotifyLint0(bool raised)
    {
        _host.Notify(0);
        if (raised)
        {
            Apics.RaiseLint0();
        }
    }

    private bool TakesFromPic(int vcpu, LocalApic? apic) => Pic.HasInterrupt(0) && (apic?.AcceptsExternal() ?? vcpu == 0);
}
