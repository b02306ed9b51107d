using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Destruction: the command, and the steps of it that hold the list.</content>
public partial struct ControlHandlers
{
    /// <summary>VMMCTL_VM_DESTROY: destroys a VM and returns when nothing of it is left.</summary>
    /// <returns>
    /// 0; EINVAL for reserved words, or if the caller sees no VM of that name or it is being destroyed already; EPERM if it is somebody
    /// else's and the caller is not privileged.
    /// </returns>
    public static unsafe int DestroyVm(in ControlCall call, ref vmmctl_vm_destroy argument)
    {
        Span<byte> field = NameField(ref argument);
        if (field[^1] != 0 && !call.Caller.Host.Options.Quirks.TruncateLongNames)
        {
            return Errno.EINVAL;
        }

        field[^1] = 0;
        if (MemoryMarshal.CreateReadOnlySpan(ref argument.reserved[0], 16).ContainsAnyExcept(0))
        {
            return Errno.EINVAL;
        }

        int error = ControlCommands<ProcessorAtomics, ControlHandlers>.Doom(in call, ref argument);
        if (error == 0)
        {
            VmDestruction.Complete(in call);
        }

        return error;
    }

    /// <summary>VMS_DOOM: marks the named VM as this call's to destroy.</summary>
    /// <returns>0; EINVAL or EPERM as <see cref="DestroyVm"/>.</returns>
    public static int Doom(in ControlCall call, ref vmmctl_vm_destroy argument)
    {
        ControlCaller caller = call.Caller;
        Vm? vm = caller.Host.Vms.FindVisible(VmNames.Read(NameField(ref argument)), caller.Credential);
        if (vm is null || vm.IsDoomed)
        {
            return Errno.EINVAL;
        }

        int error = AccessRules.CheckDestroy(caller.Credential, vm.Creator);
        if (error == 0)
        {
            caller.Vm = vm;
            vm.IsDoomed = true;
        }

        return error;
    }

    /// <summary>VMS_DOOM_LINKED: the same for a VM that is linked to the descriptor which is being closed. Nobody is asked who owns it.</summary>
    /// <returns>0; EALREADY if another call is destroying that VM; ENOENT if none is linked any more.</returns>
    public static int DoomLinked(in ControlCall call)
    {
        List<Vm> linked = call.Caller.Handle!.LinkedVms;
        if (linked.Count == 0)
        {
            return Errno.ENOENT;
        }

        call.Caller.Vm = linked[^1];
        return DoomTied(in call);
    }

    /// <summary>VMS_DOOM_TIED: the same for the VM that the call already has.</summary>
    /// <returns>0; EALREADY if another call is destroying it or has done so.</returns>
    public static int DoomTied(in ControlCall call)
    {
        Vm vm = call.Caller.Vm!;
        if (vm.IsDoomed)
        {
            return Errno.EALREADY;
        }

        vm.IsDoomed = true;
        return 0;
    }

    /// <summary>VMS_UNLINK: takes a destroyed VM out of the list, which frees its name and its place in its user's limit.</summary>
    /// <returns>0.</returns>
    public static int Unlink(in ControlCall call)
    {
        Vm vm = call.Caller.Vm!;
        call.Caller.Host.Vms.Remove(vm);
        vm.LinkedTo?.LinkedVms.Remove(vm);
        return 0;
    }

    private static unsafe Span<byte> NameField(ref vmmctl_vm_destroy argument) =>
        MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_NAMELEN + 1);
}
