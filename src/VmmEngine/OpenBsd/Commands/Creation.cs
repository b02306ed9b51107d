using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;

namespace VmmEngine.OpenBsd;

/// <summary>The parts of a creation that do not depend on the revision.</summary>
internal static class Creation
{
    /// <summary>Switches virtualization on and checks the request. A success is followed by a published VM or by <see cref="Cancel"/>.</summary>
    /// <returns>0; EIO if virtualization cannot be switched on; EINVAL.</returns>
    public static int Begin(in DeviceCall call, in VmRequest request, out ulong memorySize)
    {
        OpenBsdQuirks quirks = call.Host.Options.Quirks;
        int error = request.Check(quirks, out memorySize);
        if (error != 0 && !quirks.VirtualizationFirst)
        {
            return error;
        }

        if (!call.Host.Virtualization.TryAcquire())
        {
            return Errno.EIO;
        }

        if (error != 0)
        {
            Cancel(in call);
        }

        return error;
    }

    /// <summary>Ends a creation that failed.</summary>
    public static void Cancel(in DeviceCall call) =>
        call.Host.Virtualization.Release(leaveOn: call.Host.Options.Quirks.VirtualizationFirst);

    /// <summary>Row VMM_CHECK_CAPACITY: spares a creation that cannot succeed the work.</summary>
    /// <returns>0 or ENOMEM.</returns>
    public static int CheckCapacity(in DeviceCall call, ulong vcpus) =>
        call.Host.Vms.HasRoomFor((int)vcpus) ? 0 : Errno.ENOMEM;

    /// <summary>Builds the VM with its memory; nobody can find it yet. A success is followed by its publication or by <see cref="Vm.ReleaseResources"/>.</summary>
    /// <returns>0; ENOMEM, whatever of it cannot be had; with <see cref="OpenBsdQuirks.CreationHidesFaults"/> off also EFAULT.</returns>
    public static int Build(in DeviceCall call, in VmRequest request, ulong memorySize, out Vm? vm)
    {
        vm = null;
        int error = Errno.ENOMEM;
        try
        {
            vm = new Vm(in request, memorySize, call.Credential.ProcessId, call.Host.Options);
            error = vm.GuestMemory?.Build(takesClients: request.Backing is not null) ?? 0;
        }
        catch (Exception problem) when (problem is OutOfMemoryException or BackendUnavailableException)
        {
            // Upstream has the one answer for everything that a VM cannot get.
        }

        if (error == 0)
        {
            return 0;
        }

        vm?.ReleaseResources();
        return call.Host.Options.Quirks.CreationHidesFaults ? Errno.ENOMEM : error;
    }

    /// <summary>Row VMM_PUBLISH: gives the call's VM an id and lists it, if there still is room.</summary>
    /// <returns>0; ENOMEM; EBADF if the VM is tied to an open file that has been closed meanwhile.</returns>
    public static int Publish(in DeviceCall call, ref uint id)
    {
        OpenBsdHost host = call.Host;
        Vm vm = call.Subject!;
        if (!host.Vms.HasRoomFor(vm.VcpuCount))
        {
            return Errno.ENOMEM;
        }

        VmOwner? owner = call.Handle.Owner;
        if (owner is not null && !owner.TryAdd(host.Vms.NextId))
        {
            return Errno.EBADF;
        }

        vm.Owner = owner;
        host.Vms.Add(vm);
        id = vm.Id;
        return 0;
    }
}
