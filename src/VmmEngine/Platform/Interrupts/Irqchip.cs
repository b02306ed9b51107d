using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The interrupt controllers of a PC as a VM's commands and devices use them: the 8259 pair, the IO-APIC and the local APICs, wired as on a PC. The
/// first two are this engine's; the local APICs are too for the software vCPU (<see cref="PcIrqchip"/>), and the kernel's on KVM.
/// </summary>
/// <remarks>
/// Any thread, except where a member takes a vCPU: that one is held by the caller. Every line and pin counts who asserts it, and is asserted
/// while the count is above 0. Order of the locks: a device, the lines' counts, the 8259s, the IO-APIC, a local APIC's timer, a clock.
/// </remarks>
public abstract unsafe class Irqchip : InterruptController, ISnapshotted
{
    /// <summary>Lines of the 8259 pair.</summary>
    public const int IsaLines = 16;

    private const int PicPin = 0;

    // The interval timer's line has another pin on every PC with an IO-APIC.
    private const int TimerLine = 0;
    private const int TimerPin = 2;

    private readonly DeviceLock _countsLock = new();
    private readonly int[] _counts = new int[IsaLines];
    private bool _allowsNegativeCounts = true;

    /// <summary>Makes the controllers that are not a vCPU's own.</summary>
    /// <param name="bus">What carries the IO-APIC's messages.</param>
    protected Irqchip(IInterruptBus bus)
    {
        IoApic = new IoApic(bus);
        Pic = new Pic(OnPicOutput);
    }

    /// <summary>The 8259 pair.</summary>
    public Pic Pic { get; }

    /// <summary>The IO-APIC.</summary>
    public IoApic IoApic { get; }

    /// <summary>Puts the registers that are not a vCPU's own where a PC has them.</summary>
    public void Map(DeviceBus bus)
    {
        new PicPorts(Pic).Map(bus);
        IoApic.Map(bus);
    }

    /// <summary>One more, or one fewer, asserts a line of the 8259s.</summary>
    public void SetPicLine(int line, bool asserted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)line, IsaLines - 1u, nameof(line));
        using (_countsLock.Hold())
        {
            int before = _counts[line];
            if (!asserted && before <= 0 && !_allowsNegativeCounts)
            {
                return;
            }

            int after = unchecked(before + (asserted ? 1 : -1));
            _counts[line] = after;
            if (asserted ? before == 0 : after == 0)
            {
                Pic.SetLine(line, asserted);
            }
        }
    }

    /// <summary>Says whether a line or pin that is withdrawn more often than asserted owes assertions. It does after power-on. Before the first is pulled.</summary>
    public void AllowNegativeCounts(bool allowed)
    {
        _allowsNegativeCounts = allowed;
        IoApic.AllowsNegativeCounts = allowed;
    }

    /// <summary>One more, or one fewer, asserts a pin of the IO-APIC, 0 to 31.</summary>
    public void SetIoApicPin(int pin, bool asserted) => IoApic.SetPin(pin, asserted);

    /// <summary>A device's line: both controllers have it.</summary>
    public sealed override void SetLine(int line, bool asserted)
    {
        SetPicLine(line, asserted);
        SetIoApicPin(line == TimerLine ? TimerPin : line, asserted);
    }

    /// <summary>Makes a line of the 8259s level triggered, or not.</summary>
    public void SetTrigger(int line, bool isLevel) => Pic.SetTrigger(line, isLevel);

    /// <summary>A write to the address range of messages.</summary>
    public abstract void SendMsi(ulong address, ulong data);

    /// <summary>Requests a vector of one vCPU, edge triggered.</summary>
    public abstract void RaiseVector(int vcpu, byte vector);

    /// <summary>A source of a vCPU's local vector table has something.</summary>
    /// <returns>False if there is no such source.</returns>
    public abstract bool RaiseLocal(int vcpu, LocalVector source);

    /// <summary>Switches a vCPU's APIC to x2APIC mode or back, before it runs.</summary>
    /// <returns>0, or an errno.</returns>
    public abstract int SetX2Apic(Vcpu* vcpu, bool enabled);

    /// <summary>INIT: a vCPU's APIC goes back to its state after a reset, soon.</summary>
    public abstract void InitializeApic(int vcpu);

    /// <summary>Reads a register of a vCPU's APIC page.</summary>
    public abstract uint ReadApic(Vcpu* vcpu, uint offset);

    /// <summary>Writes a register of a vCPU's APIC page.</summary>
    /// <returns>False for a write that is not of four bytes at a multiple of 16.</returns>
    public abstract bool WriteApic(Vcpu* vcpu, uint offset, int size, uint value);

    /// <summary>Reads the IO-APIC's page.</summary>
    public ulong ReadIoApic(ulong offset, int size) => IoApic.Read(offset, size);

    /// <summary>Writes the IO-APIC's page.</summary>
    public void WriteIoApic(ulong offset, int size, ulong value) => IoApic.Write(offset, size, value);

    /// <summary>The machine's reset, of all but the local APICs. No vCPU runs.</summary>
    public void Reset()
    {
        Pic.Reset();
        IoApic.Reset();
    }

    /// <inheritdoc/>
    /// <remarks>The local APICs' states belong to their vCPUs'.</remarks>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        SavePic(writer);
        IoApic.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        RestorePic(reader);
        IoApic.Restore(reader);
    }

    /// <summary>Writes the 8259s' state, and who asserts their lines.</summary>
    internal void SavePic(SnapshotWriter writer)
    {
        using (_countsLock.Hold())
        {
            foreach (int count in _counts)
            {
                writer.Write(count);
            }
        }

        Pic.Save(writer);
    }

    /// <summary>Reads it back.</summary>
    internal void RestorePic(SnapshotReader reader)
    {
        using (_countsLock.Hold())
        {
            for (int line = 0; line < _counts.Length; line++)
            {
                _counts[line] = reader.ReadInt32(int.MinValue, int.MaxValue);
            }
        }

        Pic.Restore(reader);
    }

    /// <summary>The 8259s' output, which ends at every LINT0, has another level. Any thread, with their lock held: it waits for nothing.</summary>
    protected abstract void NotifyLint0(bool raised);

    // It ends at the IO-APIC's pin 0 too.
    private void OnPicOutput(bool raised)
    {
        NotifyLint0(raised);
        if (raised)
        {
            IoApic.SetPin(PicPin, asserted: true);
            IoApic.SetPin(PicPin, asserted: false);
        }
    }
}
