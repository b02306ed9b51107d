using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <content>Looking VMs up.</content>
public partial struct ControlHandlers
{
    /// <summary>VMS_FIND: finds the VM whose device node a path below /dev/vmm/ names.</summary>
    /// <returns>0; ENOENT if there is none.</returns>
    public static int FindVm(in ControlCall call, ref vmmctl_vm_destroy argument)
    {
        ControlCaller caller = call.Caller;
        caller.Vm = caller.Host.Vms.FindNode(VmNames.Read(NameField(ref argument)), caller.Credential);
        return caller.Vm is null ? Errno.ENOENT : 0;
    }
}
