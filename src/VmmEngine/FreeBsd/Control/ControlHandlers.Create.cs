using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <content>Creation. The list is held exclusively throughout, so creations follow one another.</content>
public partial struct ControlHandlers
{
    /// <summary>VMMCTL_VM_CREATE: makes a VM and its device node.</summary>
    /// <returns>
    /// 0; EINVAL for reserved words, unknown flags or an unacceptable name; EBADF if the open file is being closed; EEXIST if the name is
    /// taken; EPERM without the privilege to create a VM that outlives the descriptor; ENOMEM above the user's limit, or without memory; ENXIO
    /// if the host's kind of back end does not work here, which <see cref="FreeBsdHost.BackendFailure"/> explains.
    /// </returns>
    public static unsafe int CreateVm(in ControlCall call, ref vmmctl_vm_create argument)
    {
        ControlCaller caller = call.Caller;
        FreeBsdHost host = caller.Host;

        Span<byte> field = MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_NAMELEN + 1);
        if (field[^1] != 0 && !host.Options.Quirks.TruncateLongNames)
        {
            return Errno.EINVAL;
        }

        field[^1] = 0;
        ReadOnlySpan<int> reserved = MemoryMarshal.CreateReadOnlySpan(ref argument.reserved[0], 15);
        if (reserved.ContainsAnyExcept(0) || (argument.flags & ~vmmctl_create_flags.VMMCTL_FLAGS_MASK) != 0)
        {
            return Errno.EINVAL;
        }

        // A system control comes without an open file.
        bool hasFile = caller.Handle is null ? !host.Options.Quirks.RefuseLegacyCreation : !caller.Handle.IsClosed;
        if (!hasFile)
        {
            return Errno.EBADF;
        }

        ReadOnlySpan<byte> name = VmNames.Read(field);
        if (host.Vms.FindVisible(name, caller.Credential) is not null)
        {
            return Errno.EEXIST;
        }

        bool destroyOnClose = (argument.flags & vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE) != 0;
        if (!destroyOnClose && AccessRules.CheckPrivilege(caller.Credential, Privilege.VmmCreate) != 0)
        {
            return Errno.EPERM;
        }

        // Here upstream asks for the jail's permission again. An open file keeps the credential that has passed it.
        if (host.Vms.CountOwnedBy(caller.Credential.RealUid) >= host.Options.MaxVmsPerUser)
        {
            return Errno.ENOMEM;
        }

        return Add(caller, name, destroyOnClose ? caller.Handle : null);
    }

    // Upstream allocates the VM first and takes it down again when its node cannot be made; the answers are the same.
    private static int Add(ControlCaller caller, ReadOnlySpan<byte> name, ControlHandle? linkTo)
    {
        FreeBsdHost host = caller.Host;
        int error = VmNames.Check(name, host.Options.Quirks);
        if (error != 0)
        {
            return error;
        }

        if (host.Vms.CollidesWithNode(name, caller.Credential))
        {
            return Errno.EEXIST;
        }

        // Everything that may find no memory comes first: an exception that left from below would leave the list locked for good.
        Vm vm;
        try
        {
            host.Vms.ReserveOne();
            linkTo?.LinkedVms.EnsureCapacity(linkTo.LinkedVms.Count + 1);
            vm = new Vm(name, caller.Credential, host) { LinkedTo = linkTo };
        }
        catch (OutOfMemoryException)
        {
            return Errno.ENOMEM;
        }
        catch (BackendUnavailableException exception)
        {
            host.BackendFailure = exception;
            return Errno.ENXIO;
        }

        host.Vms.Add(vm);
        linkTo?.LinkedVms.Add(vm);
        return 0;
    }
}
