using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <content>Suspending a VM, and the end of one.</content>
public partial struct VmHandlers
{
    /// <summary>VM_SUSPEND: makes all active vCPUs leave the guest for a reason.</summary>
    /// <returns>0; EINVAL for a reason that there is not; EALREADY if a suspend is pending, whose reason stays.</returns>
    public static int Suspend(in VmCall call, ref vm_suspend argument)
    {
        bool known = argument.how is > vm_suspend_how.VM_SUSPEND_NONE and < vm_suspend_how.VM_SUSPEND_LAST;
        bool reserved = argument.how == vm_suspend_how.VM_SUSPEND_DESTROY && !call.Vm.Host.Options.Quirks.AllowSuspendToDestroy;
        if (!known || reserved)
        {
            return Errno.EINVAL;
        }

        return call.Vm.TrySuspend(argument.how) ? 0 : Errno.EALREADY;
    }

    /// <summary>VM_TEARDOWN: lets go of what the VM has. Nobody is inside its device any more, and nobody will be.</summary>
    /// <returns>0.</returns>
    public static int TearDown(in VmCall call)
    {
        call.Vm.Map = MemoryMap.Empty;
        return 0;
    }
}
