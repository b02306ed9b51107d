using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>The system controls that create and destroy VMs: the way before there was a control device, through the same code.</summary>
internal static unsafe class SystemControls
{
    private const string Create = "hw.vmm.create";
    private const string Destroy = "hw.vmm.destroy";

    /// <inheritdoc cref="FreeBsdHost.WriteSystemControl"/>
    public static int Write(FreeBsdHost host, string name, ReadOnlySpan<byte> value, Credential credential)
    {
        if (name is not (Create or Destroy))
        {
            return Errno.ENOENT;
        }

        int error = credential.IsSuperuser ? AccessRules.CheckJail(credential) : Errno.EPERM;
        if (error != 0)
        {
            return error;
        }

        if (value.Length > vmm_limits.VM_MAX_NAMELEN)
        {
            return Errno.EINVAL;
        }

        ControlCaller caller = host.Enter(credential, handle: null);
        ControlCall call = new(caller);
        error = name == Create ? CreateVm(in call, value) : DestroyVm(in call, value);
        host.Leave(caller);
        return error;
    }

    private static int CreateVm(in ControlCall call, ReadOnlySpan<byte> name)
    {
        vmmctl_vm_create argument = default;
        name.CopyTo(MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_NAMELEN));
        return ControlCommands<ProcessorAtomics, ControlHandlers>.CreateVm(in call, ref argument);
    }

    private static int DestroyVm(in ControlCall call, ReadOnlySpan<byte> name)
    {
        vmmctl_vm_destroy argument = default;
        name.CopyTo(MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_NAMELEN));
        return ControlCommands<ProcessorAtomics, ControlHandlers>.DestroyVm(in call, ref argument);
    }
}
