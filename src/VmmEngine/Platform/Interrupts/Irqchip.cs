using VmmEngine.Locks;

namespace VmmEngine.Platform;

/// <summary>
/// The interrupt controllers of a PC as a VM's commands and devices use them: the 8259 pair, the IO-APIC and the local APICs. In the kernel on KVM, this
/// engine's own (<see cref="PcIrqchip"/>) for the software vCPU.
/// </summary>
/// <remarks>
/// Any thread, except where a member takes a vCPU: that one is held by the caller. Every line and pin counts who asserts it, and is asserted
/// while the count is above 0.
/// </remarks>
public abstract unsafe class Irqchip : InterruptController
{
    /// <summary>Lines of the 8259 pair.</summary>
    public const int IsaLines = 16;

    // The interval timer's line has another pin on every PC with an IO-APIC.
    private const int TimerLine = 0;
    private const int TimerPin = 2;

    /// <summary>One more, or one fewer, asserts a line of the 8259s.</summary>
    public abstract void SetPicLine(int line, bool asserted);

    /// <summary>One more, or one fewer, asserts a pin of the IO-APIC, 0 to 31.</summary>
    public abstract void SetIoApicPin(int pin, bool asserted);

    /// <summary>Makes a line of the 8259s level triggered, or not.</summary>
    public abstract void SetTrigger(int line, bool isLevel);

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
    public abstract ulong ReadIoApic(ulong offset, int size);

    /// <summary>Writes the IO-APIC's page.</summary>
    public abstract void WriteIoApic(ulong offset, int size, ulong value);

    /// <summary>The machine's reset, of all but the local APICs. No vCPU runs.</summary>
    public abstract void Reset();

    /// <summary>A device's line: both controllers have it.</summary>
    public sealed override void SetLine(int line, bool asserted)
    {
        SetPicLine(line, asserted);
        SetIoApicPin(line == TimerLine ? TimerPin : line, asserted);
    }
}
