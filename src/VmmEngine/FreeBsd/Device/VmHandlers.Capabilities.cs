using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Capabilities: exits and abilities that a client turns on for a vCPU. All are off after a reset.</content>
public unsafe partial struct VmHandlers
{
    // What the interface itself does, whatever the back end.
    private const uint OwnCapabilities = (1u << vm_cap_type.VM_CAP_HALT_EXIT) | (1u << vm_cap_type.VM_CAP_IPI_EXIT);

    /// <summary>VM_GET_CAPABILITY: 1 if a capability is on, else 0.</summary>
    /// <returns>0; EINVAL for a number that there is not; ENXIO without a back end; ENOENT for what this one cannot do.</returns>
    public static int GetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument)
    {
        int error = Find(call.Vm, vcpu, argument.captype);
        if (error == 0)
        {
            bool always = argument.captype == vm_cap_type.VM_CAP_UNRESTRICTED_GUEST;
            argument.capval = always ? 1 : (int)(call.Vm.ContextOf(vcpu).Capabilities >> argument.captype) & 1;
        }

        return error;
    }

    /// <summary>VM_SET_CAPABILITY: turns a capability on (any value but 0) or off. For one vCPU, whatever the argument says of all.</summary>
    /// <returns>As <see cref="GetCapability"/>; EINVAL also for turning off that a guest may begin in real mode; EOPNOTSUPP for what can only be asked for, unless
    /// <see cref="FreeBsdQuirks.HideReadOnlyCapabilities"/>.</returns>
    public static int SetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument)
    {
        bool isReadOnly = argument.captype is vm_cap_type.VM_CAP_RDPID or vm_cap_type.VM_CAP_RDTSCP;
        int error = Find(call.Vm, vcpu, argument.captype);
        if (error != 0)
        {
            return error == Errno.ENOENT && isReadOnly && !call.Vm.Host.Options.Quirks.HideReadOnlyCapabilities ? Errno.EOPNOTSUPP : error;
        }

        if (argument.captype == vm_cap_type.VM_CAP_UNRESTRICTED_GUEST)
        {
            return argument.capval != 0 ? 0 : Errno.EINVAL;
        }

        ref VcpuContext context = ref call.Vm.ContextOf(vcpu);
        uint bit = 1u << argument.captype;
        uint changed = argument.capval != 0 ? context.Capabilities | bit : context.Capabilities & ~bit;
        error = (bit & OwnCapabilities) != 0 ? 0 : call.Vm.Backend!.Control(vcpu, ControlsOf(changed));
        if (error == 0)
        {
            context.Capabilities = changed;
        }

        return error;
    }

    private static int Find(Vm vm, Vcpu* vcpu, int capability)
    {
        if ((uint)capability >= vm_cap_type.VM_CAP_MAX)
        {
            return Errno.EINVAL;
        }

        int error = Prepare(vm, vcpu);
        if (error != 0)
        {
            return error;
        }

        ExitControls control = ControlsOf(1u << capability);
        bool known = (OwnCapabilities & (1u << capability)) != 0
            || capability == vm_cap_type.VM_CAP_UNRESTRICTED_GUEST
            || (control & vm.Backend!.SupportedControls) != 0;
        return known ? 0 : Errno.ENOENT;
    }

    private static ExitControls ControlsOf(uint capabilities) =>
        ((capabilities & (1u << vm_cap_type.VM_CAP_MTRAP_EXIT)) != 0 ? ExitControls.SingleStep : 0)
        | ((capabilities & (1u << vm_cap_type.VM_CAP_PAUSE_EXIT)) != 0 ? ExitControls.Pause : 0)
        | ((capabilities & (1u << vm_cap_type.VM_CAP_BPT_EXIT)) != 0 ? ExitControls.Breakpoint : 0);
}
