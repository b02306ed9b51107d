using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.Kvm;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>
/// The interrupt controllers with the kernel's local APICs, which deliver by themselves what they are sent. The 8259s' interrupts are handed to vCPU 0 when it
/// can take one: see <see cref="KvmExternalInterrupts"/>.
/// </summary>
internal sealed unsafe class KvmIrqchip : Irqchip
{
    private readonly int _vm;
    private readonly VmLockMemory _memory;
    private readonly VmLocks* _locks;
    private readonly KvmCpuid _cpuid;

    /// <summary>Makes the controllers of a VM whose local APICs are in the kernel.</summary>
    public KvmIrqchip(int vm, VmLockMemory memory, KvmCpuid cpuid)
        : base(new Bus(vm, memory))
    {
        _vm = vm;
        _memory = memory;
        _locks = memory.Locks;
        _cpuid = cpuid;
    }

    /// <inheritdoc/>
    public override void SendMsi(ulong address, ulong data)
    {
        const ulong triggerMode = 0xC000;
        const uint hints = (1 << 3) | (1 << 2);
        uint low = InterruptMessage.OfMsi(address, data).IsLogical ? (uint)address : (uint)address & ~hints;
        kvm_msi message = new() { address_lo = low, data = (uint)(data & ~triggerMode) };
        Signal(_vm, _memory, &message);
    }

    /// <inheritdoc/>
    public override void RaiseVector(int vcpu, byte vector) => SendMsi(LocalApic.Page | ((ulong)vcpu << 12), vector);

    /// <inheritdoc/>
    /// <remarks>Of a vCPU that is held the kernel does not say whether its APIC is enabled: it is taken for enabled then.</remarks>
    public override bool RaiseLocal(int vcpu, LocalVector source)
    {
        using GateVisit visit = _memory.Visit();
        if (!visit.IsInside)
        {
            return true;
        }

        Vcpu* target = _locks->Vcpus + vcpu;
        if ((uint)source > (uint)LocalVector.CorrectedMachineCheck)
        {
            return !MayBeEnabled(target);
        }

        // Only the vCPU's holder reads its local vector table.
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
    public override bool WriteApic(Vcpu* vcpu, uint offset, int size, uint value) => KvmLocalApic.Write((KvmVcpuState*)vcpu->Backend, this, offset, size, value);

    /// <inheritdoc/>
    /// <remarks>The 8259s' only: the kernel's local APICs need nobody for theirs.</remarks>
    public override int Acknowledge(int vcpu) => Pic.Acknowledge(vcpu);

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => Pic.HasInterrupt(vcpu);

    /// <inheritdoc/>
    protected override void NotifyLint0(bool raised)
    {
        if (!raised)
        {
            return;
        }

        using GateVisit visit = _memory.Visit();
        if (visit.IsInside)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref *_locks, _locks->Vcpus, VcpuRequests.Event);
        }
    }

    // The number of a descriptor that has been closed may be another VM's.
    private static void Signal(int vm, VmLockMemory memory, kvm_msi* message)
    {
        using GateVisit visit = memory.Visit();
        if (visit.IsInside)
        {
            _ = LibC.Ioctl(vm, KvmVmWords.KVM_SIGNAL_MSI, message);
        }
    }

    // Asking the kernel about a vCPU inside KVM_RUN would wait for the end of that.
    private static bool MayBeEnabled(Vcpu* vcpu)
    {
        if (!VcpuLocks<ProcessorAtomics>.TryFreezeIdle(vcpu))
        {
            return (VcpuState)Volatile.Read(ref vcpu->State) != VcpuState.Absent;
        }

        KvmVcpuState* state = (KvmVcpuState*)vcpu->Backend;
        bool enabled = state != null && KvmLocalApic.IsEnabled(state);
        VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
        return enabled;
    }

    /// <summary>To the kernel's local APICs.</summary>
    private sealed class Bus(int vm, VmLockMemory memory) : IInterruptBus
    {
        private readonly KvmRoutes _routes = new(vm);

        public void Deliver(in InterruptMessage message)
        {
            kvm_msi encoded = KvmRoutes.Encode(in message);
            Signal(vm, memory, &encoded);
        }

        public void Announce(int pin, in InterruptMessage message) => _routes.Set(pin, in message);
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
