using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>A vCPU's state right after creation, which is that after power-on: what a reset puts back.</summary>
internal unsafe struct KvmInitialState
{
    private kvm_regs _general;
    private kvm_sregs _system;
    private kvm_fpu _floatingPoint;
    private kvm_debugregs _debug;
    private kvm_xcrs _extended;
    private kvm_lapic_state _apic;
    private uint _hasExtended;
    private uint _hasApic;

    /// <summary>Takes it from a new vCPU.</summary>
    /// <param name="vcpu">Its descriptor.</param>
    /// <param name="kernelIrqchip">The controllers are in the kernel.</param>
    /// <param name="hasApic">False: its local APIC is switched off, which takes it out of CPUID too.</param>
    public bool TryCapture(int vcpu, bool kernelIrqchip, bool hasApic)
    {
        fixed (KvmInitialState* state = &this)
        {
            state->_hasApic = kernelIrqchip ? 1u : 0;
            state->_hasExtended = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_XCRS, &state->_extended) == 0 ? 1u : 0;
            bool hasSystem = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &state->_system) == 0;
            state->_system.apic_base = hasApic ? state->_system.apic_base : 0;
            return hasSystem
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_REGS, &state->_general) == 0
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_FPU, &state->_floatingPoint) == 0
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_DEBUGREGS, &state->_debug) == 0
                && (!kernelIrqchip || LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_LAPIC, &state->_apic) == 0);
        }
    }

    /// <summary>Puts it back, with nothing pending. Whether the vCPU runs or waits to be started is another matter: <see cref="KvmPower"/>.</summary>
    public bool TryRestore(int vcpu, kvm_run* run)
    {
        fixed (KvmInitialState* state = &this)
        {
            kvm_vcpu_events events = new()
            {
                flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_NMI_PENDING | kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW,
            };
            run->s.regs.regs = state->_general;
            run->kvm_dirty_regs = 0;
            ResetMsrs(vcpu);
            return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_SREGS, &state->_system) == 0
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_REGS, &state->_general) == 0
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_FPU, &state->_floatingPoint) == 0
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_DEBUGREGS, &state->_debug) == 0
                && (state->_hasExtended == 0 || LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_XCRS, &state->_extended) == 0)
                && (state->_hasApic == 0 || LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_LAPIC, &state->_apic) == 0)
                && LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events) == 0;
        }
    }

    // One by one: a register that this KVM does not have keeps none of the others back.
    private static void ResetMsrs(int vcpu)
    {
        const ulong pat = 0x0007_0406_0007_0406; // Intel SDM volume 3, 12.12.4
        foreach (uint number in (ReadOnlySpan<uint>)[Msr.Star, Msr.Lstar, Msr.Cstar, Msr.Sfmask, Msr.KernelGsBase, Msr.TscAux, Msr.SysenterCs,
            Msr.SysenterEsp, Msr.SysenterEip, Msr.MtrrDefaultType, Msr.Pat, Msr.Tsc])
        {
            MsrList one = new();
            one.Add(number, number == Msr.Pat ? pat : 0);
            _ = one.TrySet(vcpu);
        }
    }
}
