using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Capabilities: exits and abilities that a client turns on for a vCPU. All are off after a reset.</content>
/// <remarks>
/// As on Intel's processors, and one more: stepping by RFLAGS.TF, which upstream has on AMD's only, is the same single step with another exit code.
/// </remarks>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_GET_CAPABILITY: 1 if a capability is on, else 0.</summary>
    /// <returns>0; EINVAL for a number that there is not; ENXIO without a back end; ENOENT for what this one cannot do or does not tell.</returns>
    public static int GetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument)
    {
        int error = Find(call.Vm, vcpu, argument.captype, out CapabilityKind kind);
        if (error != 0)
        {
            return error;
        }

        argument.capval = kind == CapabilityKind.Fixed ? 1 : (int)(call.Vm.ContextOf(vcpu).Capabilities >> argument.captype) & 1;
        return argument.captype == vm_cap_type.VM_CAP_MASK_HWINTR ? Errno.ENOENT : 0;
    }

    /// <summary>VM_SET_CAPABILITY: turns a capability on (any value but 0) or off. For one vCPU, whatever the argument says of all.</summary>
    /// <returns>
    /// 0; EINVAL for a number that there is not; ENXIO without a back end; ENOENT for what this one cannot do, or does always; EOPNOTSUPP for what can
    /// only be asked for, unless <see cref="FreeBsdQuirks.HideReadOnlyCapabilities"/>.
    /// </returns>
    public static int SetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument)
    {
        bool isReadOnly = argument.captype is vm_cap_type.VM_CAP_RDPID or vm_cap_type.VM_CAP_RDTSCP;
        int error = Find(call.Vm, vcpu, argument.captype, out CapabilityKind kind);
        error = error == 0 && isReadOnly ? Errno.ENOENT : error;
        if (error != 0)
        {
            return error == Errno.ENOENT && isReadOnly && !call.Vm.Host.Options.Quirks.HideReadOnlyCapabilities ? Errno.EOPNOTSUPP : error;
        }

        ref VcpuContext context = ref call.Vm.ContextOf(vcpu);
        uint bit = 1u << argument.captype;
        uint changed = argument.capval != 0 ? context.Capabilities | bit : context.Capabilities & ~bit;
        error = kind == CapabilityKind.Stored ? 0 : call.Vm.Backend!.Control(vcpu, ControlsOf(changed));
        if (error == 0)
        {
            context.Capabilities = changed;
        }

        return error;
    }

    private static int Find(Vm vm, Vcpu* vcpu, int capability, out CapabilityKind kind)
    {
        kind = CapabilityKind.Missing;
        if ((uint)capability >= vm_cap_type.VM_CAP_MAX)
        {
            return Errno.EINVAL;
        }

        int error = Prepare(vm, vcpu);
        if (error == 0)
        {
            kind = KindOf(vm.Backend!, capability);
            error = kind == CapabilityKind.Missing ? Errno.ENOENT : 0;
        }

        return error;
    }

    private static CapabilityKind KindOf(VmBackend backend, int capability)
    {
        bool has;
        switch (capability)
        {
            case vm_cap_type.VM_CAP_HALT_EXIT:
            case vm_cap_type.VM_CAP_IPI_EXIT:
            case vm_cap_type.VM_CAP_UNRESTRICTED_GUEST: // every back end can begin in real mode, whether the client has asked for that or not
                return CapabilityKind.Stored;

            case vm_cap_type.VM_CAP_ENABLE_INVPCID:
                has = (backend.Features & ProcessorFeatures.Invpcid) != 0;
                return has ? CapabilityKind.Stored : CapabilityKind.Missing;

            case vm_cap_type.VM_CAP_RDPID:
            case vm_cap_type.VM_CAP_RDTSCP:
                has = (backend.Features & (capability == vm_cap_type.VM_CAP_RDPID ? ProcessorFeatures.Rdpid : ProcessorFeatures.Rdtscp)) != 0;
                return has ? CapabilityKind.Fixed : CapabilityKind.Missing;

            default:
                has = (ControlsOf(1u << capability) & backend.SupportedControls) != 0;
                return has ? CapabilityKind.Control : CapabilityKind.Missing;
        }
    }

    private static ExitControls ControlsOf(uint capabilities) =>
        ((capabilities & ((1u << vm_cap_type.VM_CAP_MTRAP_EXIT) | (1u << vm_cap_type.VM_CAP_RFLAGS_TF))) != 0 ? ExitControls.SingleStep : 0)
        | ((capabilities & (1u << vm_cap_type.VM_CAP_PAUSE_EXIT)) != 0 ? ExitControls.Pause : 0)
        | ((capabilities & (1u << vm_cap_type.VM_CAP_BPT_EXIT)) != 0 ? ExitControls.Breakpoint : 0)
        | ((capabilities & (1u << vm_cap_type.VM_CAP_MASK_HWINTR)) != 0 ? ExitControls.HoldInterrupts : 0);

    /// <summary>What turning a capability on and off comes to.</summary>
    private enum CapabilityKind
    {
        /// <summary>The back end cannot do it.</summary>
        Missing,

        /// <summary>The interface itself looks at it.</summary>
        Stored,

        /// <summary>The back end is told.</summary>
        Control,

        /// <summary>The processor has it and always has it.</summary>
        Fixed,
    }
}
