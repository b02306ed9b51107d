using VmmEngine.Abi.Kvm;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>The lines of the interrupt controllers in the kernel, which also deliver: there is nothing to acknowledge outside.</summary>
internal sealed unsafe class KvmInterrupts(int vm) : InterruptController
{
    /// <inheritdoc/>
    public override void SetLine(int line, bool asserted)
    {
        kvm_irq_level level = new() { irq = (uint)line, level = asserted ? 1u : 0 };
        _ = LibC.Ioctl(vm, KvmVmWords.KVM_IRQ_LINE, &level);
    }

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu) => -1;

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => false;
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
