using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>VMM_IOC_TERM: takes a VM away once everybody has left it. A runner leaves as if the host wanted its processor.</summary>
internal static class Termination
{
    /// <summary>Ends the VM.</summary>
    /// <returns>0; EBUSY if another caller is ending it, or ENOENT for a baseline's VM with <see cref="OpenBsdQuirks.BaselineSecondTerminationIsBusy"/> off.</returns>
    public static int Run<TOperations>(in VmTarget target, ref vm_terminate_params argument)
        where TOperations : struct, IListOperations
    {
        Vm vm = target.Vm;
        DeviceCall call = target.Call.About(vm);
        if (!ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref vm.References))
        {
            return vm.IsBaseline && !vm.Quirks.BaselineSecondTerminationIsBusy ? Errno.ENOENT : Errno.EBUSY;
        }

        // Off the list first, or new calls would keep arriving; then the list's reference, then everybody else's.
        TOperations.Unlink(in call, ref argument);
        vm.BeginEnding();
        ReferenceCounts<ProcessorAtomics>.Release(ref vm.References);
        ReferenceCounts<ProcessorAtomics>.AwaitLast(ref vm.References);

        TOperations.TearDown(in target);
        TOperations.Forget(in call);
        call.Host.Virtualization.Release(leaveOn: false);
        return 0;
    }

    /// <summary>Row VMM_UNLINK: nobody finds the call's VM any more.</summary>
    public static int Unlink(in DeviceCall call)
    {
        call.Host.Vms.Remove(call.Subject!);
        return 0;
    }

    /// <summary>Row VMM_TEARDOWN: gives back what the VM holds of the host's.</summary>
    public static int TearDown(in VmTarget target)
    {
        Vm vm = target.Vm;
        if (vm.Vpid != 0)
        {
            target.Call.Host.Vpids.Free(vm.Vpid);
            vm.Vpid = 0;
        }

        vm.ReleaseResources();
        return 0;
    }

    /// <summary>Row VMM_FORGET: the call's VM does not count any more.</summary>
    public static int Forget(in DeviceCall call)
    {
        Vm vm = call.Subject!;
        call.Host.Vms.Forget(vm);
        vm.Owner?.Remove(vm.Id);
        return 0;
    }
}
