using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Steps and breakpoints for a client, by KVM_SET_GUEST_DEBUG. KVM has no way to leave the guest at PAUSE.</summary>
internal static unsafe class KvmDebugging
{
    /// <summary>What this KVM can do.</summary>
    public static ExitControls Supported(KvmSystem system)
    {
        if (system.Capability(kvm_cap.KVM_CAP_SET_GUEST_DEBUG) == 0)
        {
            return ExitControls.None;
        }

        uint flags = (uint)system.Capability(kvm_cap.KVM_CAP_SET_GUEST_DEBUG2);
        return ExitControls.SingleStep | ExitControls.Breakpoint
            | ((flags & kvm_guest_debug.KVM_GUESTDBG_BLOCKIRQ) != 0 ? ExitControls.HoldInterrupts : 0);
    }

    /// <summary>Changes what a vCPU does; in force from its next entry on.</summary>
    public static void Set(KvmVcpuState* state, ExitControls controls)
    {
        if (state->Controls != controls)
        {
            state->Controls = controls;
            state->Work |= KvmWork.Debugging;
        }
    }

    /// <summary>
    /// Tells KVM. A step is a trap flag that KVM hides, and writing registers takes it away; so whoever steps tells KVM again after each write, behind
    /// the registers.
    /// </summary>
    /// <returns>False: KVM refuses, and the exit says so.</returns>
    public static bool TryHandOver(KvmVcpuState* state)
    {
        KvmRegisters.FlushGeneral(state);
        kvm_guest_debug debug = new() { control = ControlOf(state->Controls) };
        if (LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_GUEST_DEBUG, &debug) == 0)
        {
            return true;
        }

        KvmExits.Failed(state, LibC.LastError);
        return false;
    }

    /// <summary>The general registers have been written.</summary>
    public static void RegistersWritten(KvmVcpuState* state)
    {
        if ((state->Controls & ExitControls.SingleStep) != 0)
        {
            state->Work |= KvmWork.Debugging;
        }
    }

    private static uint ControlOf(ExitControls controls)
    {
        uint control = ((controls & ExitControls.SingleStep) != 0 ? kvm_guest_debug.KVM_GUESTDBG_SINGLESTEP : 0)
            | ((controls & ExitControls.Breakpoint) != 0 ? kvm_guest_debug.KVM_GUESTDBG_USE_SW_BP : 0)
            | ((controls & ExitControls.HoldInterrupts) != 0 ? kvm_guest_debug.KVM_GUESTDBG_BLOCKIRQ : 0);
        return control == 0 ? 0 : control | kvm_guest_debug.KVM_GUESTDBG_ENABLE;
    }
}
