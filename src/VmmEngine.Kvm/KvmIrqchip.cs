using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.Kvm;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>
/// The interrupt controllers in the kernel, which also deliver: there is nothing to acknowledge outside. Its IO-APIC has 24 pins; the other eight are
/// counted and lead nowhere.
/// </summary>
internal sealed unsafe class KvmIrqchip : Irqchip, IDisposable
{
    private readonly int _vm;
    private readonly VmLocks* _locks;
    private readonly KvmCpuid _cpuid;
    private readonly KvmChips _chips;
    private readonly Lock _countsLock = new();
    private readonly int[] _lines = new int[IsaLines];
    private readonly int[] _pins = new int[IoApic.Pins];

    /// <summary>Takes the controllers over when they have been made.</summary>
    /// <exception cref="Backends.BackendUnavailableException">KVM refuses the routes.</exception>
    public KvmIrqchip(int vm, VmLocks* locks, KvmCpuid cpuid)
    {
        _vm = vm;
        _locks = locks;
        _cpuid = cpuid;
        KvmRoutes.Set(vm);
        _chips = new KvmChips(vm);
    }

    /// <inheritdoc/>
    public override void SetPicLine(int line, bool asserted)
    {
        lock (_countsLock)
        {
            if (Count(ref _lines[line], asserted))
            {
                SetGsi(KvmRoutes.PicGsi(line), asserted);
            }
        }
    }

    /// <inheritdoc/>
    public override void SetIoApicPin(int pin, bool asserted)
    {
        lock (_countsLock)
        {
            if (Count(ref _pins[pin], asserted) && pin < kvm_ioapic_state.KVM_IOAPIC_NUM_PINS)
            {
                SetGsi(KvmRoutes.PinGsi(pin), asserted);
            }
        }
    }

    /// <inheritdoc/>
    public override void SetTrigger(int line, bool isLevel) => _chips.SetTrigger(line, isLevel);

    /// <inheritdoc/>
    public override void SendMsi(ulong address, ulong data)
    {
        const ulong triggerMode = 0xC000;
        const uint hints = (1 << 3) | (1 << 2);
        uint low = InterruptMessage.OfMsi(address, data).IsLogical ? (uint)address : (uint)address & ~hints;
        kvm_msi message = new() { address_lo = low, data = (uint)(data & ~triggerMode) };
        _ = LibC.Ioctl(_vm, KvmVmWords.KVM_SIGNAL_MSI, &message);
    }

    /// <inheritdoc/>
    public override void RaiseVector(int vcpu, byte vector) => SendMsi(LocalApic.Page | ((ulong)vcpu << 12), vector);

    /// <inheritdoc/>
    public override bool RaiseLocal(int vcpu, LocalVector source)
    {
        if ((uint)source > (uint)LocalVector.CorrectedMachineCheck)
        {
            return false;
        }

        // Only the vCPU's holder reads its local vector table.
        Vcpu* target = _locks->Vcpus + vcpu;
        nint state = Volatile.Read(ref *(nint*)&target->Backend);
        if (state != 0)
        {
            Interlocked.Or(ref ((KvmVcpuState*)state)->LocalVectors, 1u << (int)source);
        }
        else if (source == LocalVector.Lint1)
        {
            VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.NmiLatched, target);
        }

        VcpuLocks<ProcessorAtomics>.Post(ref *_locks, target, VcpuRequests.Event);
        return true;
    }

    /// <inheritdoc/>
    public override int SetX2Apic(Vcpu* vcpu, bool enabled) =>
        KvmLocalApic.TrySetX2Apic((KvmVcpuState*)vcpu->Backend, vcpu->Id, enabled, _cpuid) ? 0 : Errno.EINVAL;

    /// <inheritdoc/>
    public override void InitializeApic(int vcpu)
    {
        // The kernel has done it: it sees the INIT that its own APICs send.
    }

    /// <inheritdoc/>
    public override uint ReadApic(Vcpu* vcpu, uint offset) => KvmLocalApic.Read((KvmVcpuState*)vcpu->Backend, offset);

    /// <inheritdoc/>
    public override bool WriteApic(Vcpu* vcpu, uint offset, int size, uint value) => KvmLocalApic.Write((KvmVcpuState*)vcpu->Backend, offset, size, value);

    /// <inheritdoc/>
    public override ulong ReadIoApic(ulong offset, int size) => _chips.ReadIoApic(offset, size);

    /// <inheritdoc/>
    public override void WriteIoApic(ulong offset, int size, ulong value) => _chips.WriteIoApic(offset, size, value);

    /// <inheritdoc/>
    public override void Reset() => _chips.Reset();

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu) => -1;

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => false;

    public void Dispose() => _chips.Dispose();

    // True if that has changed whether anybody asserts it.
    private static bool Count(ref int count, bool asserted)
    {
        int before = count;
        count = unchecked(before + (asserted ? 1 : -1));
        return asserted ? before == 0 : count == 0;
    }

    private void SetGsi(uint gsi, bool asserted)
    {
        kvm_irq_level level = new() { irq = gsi, level = asserted ? 1u : 0 };
        _ = LibC.Ioctl(_vm, KvmVmWords.KVM_IRQ_LINE, &level);
    }
}

/// <summary>Lines that end nowhere: a VM without interrupt controllers.</summary>
internal sealed class NoInterrupts : InterruptController
{
    /// <inheritdoc/>
    public override void SetLine(int line, bool asserted)
    {
    }

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu) => -1;

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => false;
}
