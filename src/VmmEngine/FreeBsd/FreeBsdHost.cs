using System.Diagnostics.CodeAnalysis;
using System.Text;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// FreeBSD's vmm as a kernel offers it: the control device <c>/dev/vmmctl</c> and a device <c>/dev/vmm/NAME</c> for every VM.
/// </summary>
/// <remarks>
/// All members may be called from any thread. The credential given when a device is opened stands for every later caller of that open file.
/// The nodes' modes are taken from user ids alone: anybody may open the control device (its group is not modelled), a VM's
/// device belongs to the effective user who created the VM.
/// </remarks>
public sealed unsafe class FreeBsdHost : IDeviceDirectory
{
    private const string ControlPath = "/dev/vmmctl";
    private const string VmDirectory = "/dev/vmm/";
    private const string MemoryDirectory = "/dev/vmm.io/";

    private readonly Stack<ControlCaller> _idleCallers = new();
    private BackendUnavailableException? _backendFailure;

    /// <summary>Starts a host without VMs.</summary>
    /// <param name="options">How it is set up; by default as upstream.</param>
    public FreeBsdHost(FreeBsdHostOptions? options = null)
    {
        Options = options ?? new FreeBsdHostOptions();
        Vms = new VmList(Options);
        DeviceMemory = new DeviceMemoryNodes(Options);
    }

    /// <summary>How the host is set up.</summary>
    public FreeBsdHostOptions Options { get; }

    /// <summary>How many VMs exist; one that is being destroyed counts until nothing is left of it.</summary>
    public int VmCount => Vms.Count;

    /// <summary>
    /// Why the last creation that answered ENXIO did: what is the matter with the back end, and what to do about it. Null if there was
    /// none.
    /// </summary>
    public BackendUnavailableException? BackendFailure
    {
        get => Volatile.Read(ref _backendFailure);
        internal set => Volatile.Write(ref _backendFailure, value);
    }

    /// <summary>The VMs, guarded by the list lock.</summary>
    internal VmList Vms { get; }

    /// <summary>The nodes of device memory.</summary>
    internal DeviceMemoryNodes DeviceMemory { get; }

    /// <summary>The locks of the control device.</summary>
    internal HostLockMemory LockMemory { get; } = new();

    /// <inheritdoc/>
    public bool JudgesCommandBeforeFile => true;

    /// <summary>Opens the control device, a VM's device with its default behaviour, or a device-memory segment. The path is taken as UTF-8.</summary>
    /// <inheritdoc/>
    public int Open(string path, OpenMode mode, Credential credential, out DeviceHandle? handle)
    {
        ArgumentNullException.ThrowIfNull(path);

        handle = null;
        int error = Errno.ENOENT;
        if (path == ControlPath)
        {
            error = OpenControl(mode, credential, out ControlHandle? control);
            handle = control;
        }
        else if (path.StartsWith(VmDirectory, StringComparison.Ordinal))
        {
            error = OpenVm(Encoding.UTF8.GetBytes(path[VmDirectory.Length..]), mode, credential, VmOpenOptions.None, out VmHandle? vm);
            handle = vm;
        }
        else if (path.StartsWith(MemoryDirectory, StringComparison.Ordinal))
        {
            error = OpenDeviceMemory(Encoding.UTF8.GetBytes(path[MemoryDirectory.Length..]), mode, credential, out DeviceMemoryHandle? memory);
            handle = memory;
        }

        return error;
    }

    /// <summary>Opens the control device.</summary>
    /// <returns>0; EPERM for a process in a jail without permission, or unless the device is opened for writing.</returns>
    public int OpenControl(OpenMode mode, Credential credential, out ControlHandle? handle)
    {
        ArgumentNullException.ThrowIfNull(credential);

        handle = null;
        int error = AccessRules.CheckJail(credential);
        if (error != 0)
        {
            return error;
        }

        if ((mode & OpenMode.Write) == 0)
        {
            return Errno.EPERM;
        }

        handle = new ControlHandle(this, credential);
        return 0;
    }

    /// <summary>Opens a VM's device. Any number of open files may exist.</summary>
    /// <param name="name">The VM's name in bytes; runs of slashes count as one.</param>
    /// <param name="mode">What for.</param>
    /// <param name="credential">On whose behalf.</param>
    /// <param name="options">What the interface upstream does not offer.</param>
    /// <param name="handle">The open file, if the result is 0.</param>
    /// <returns>
    /// 0; ENOENT if there is no such device (any more); EACCES unless the caller owns it or is the superuser; EPERM for a process in
    /// a jail without permission, or if the VM's life is to be tied to a descriptor by one who may not destroy it.
    /// </returns>
    public int OpenVm(ReadOnlySpan<byte> name, OpenMode mode, Credential credential, VmOpenOptions options, out VmHandle? handle)
    {
        ArgumentNullException.ThrowIfNull(credential);

        handle = null;
        if (!TryFindVm(name, credential, out Vm? vm))
        {
            return Errno.ENOENT;
        }

        if (!credential.IsSuperuser && credential.EffectiveUid != vm.Creator.EffectiveUid)
        {
            return Errno.EACCES;
        }

        int error = AccessRules.CheckJail(credential);
        if (error == 0 && (options & VmOpenOptions.DestroyOnClose) != 0)
        {
            error = AccessRules.CheckDestroy(credential, vm.Creator);
        }

        if (error == 0)
        {
            handle = new VmHandle(vm, mode, credential, options);
        }

        return error;
    }

    /// <summary>Opens a device-memory segment. Any number of open files may exist.</summary>
    /// <param name="name">The VM's name, a dot, and the segment's, in bytes; runs of slashes count as one.</param>
    /// <param name="mode">What for.</param>
    /// <param name="credential">On whose behalf.</param>
    /// <param name="handle">The open file, if the result is 0.</param>
    /// <returns>0; ENOENT if there is no such segment (any more); EACCES unless the caller owns the VM or is the superuser.</returns>
    public int OpenDeviceMemory(ReadOnlySpan<byte> name, OpenMode mode, Credential credential, out DeviceMemoryHandle? handle)
    {
        ArgumentNullException.ThrowIfNull(credential);

        handle = null;
        if (!DeviceMemory.TryFind(name.ToArray(), credential, out Vm? vm, out int segmentId))
        {
            return Errno.ENOENT;
        }

        if (!credential.IsSuperuser && credential.EffectiveUid != vm.Creator.EffectiveUid)
        {
            return Errno.EACCES;
        }

        handle = new DeviceMemoryHandle(vm, segmentId, mode, credential);
        return 0;
    }

    /// <summary>Writes a system control: hw.vmm.create or hw.vmm.destroy with a VM's name.</summary>
    /// <param name="name">Of the control.</param>
    /// <param name="value">The VM's name in bytes.</param>
    /// <param name="credential">On whose behalf.</param>
    /// <returns>
    /// 0; ENOENT for another control; EPERM for anybody but the superuser, and in a jail without permission; EINVAL for a name of more than 229 bytes;
    /// then as the control device's commands, but that creation answers EBADF while <see cref="FreeBsdQuirks.RefuseLegacyCreation"/> is on.
    /// </returns>
    public int WriteSystemControl(string name, ReadOnlySpan<byte> value, Credential credential)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(credential);
        return SystemControls.Write(this, name, value, credential);
    }

    /// <summary>Lets a thread into the control device. Allocates only if more threads are inside than ever before.</summary>
    internal ControlCaller Enter(Credential credential, ControlHandle? handle)
    {
        ControlCaller? caller;
        lock (_idleCallers)
        {
            _idleCallers.TryPop(out caller);
        }

        caller ??= new ControlCaller(this);
        caller.Begin(credential, handle);
        return caller;
    }

    /// <summary>Lets it out.</summary>
    internal void Leave(ControlCaller caller)
    {
        caller.End();
        lock (_idleCallers)
        {
            _idleCallers.Push(caller);
        }
    }

    private bool TryFindVm(ReadOnlySpan<byte> name, Credential credential, [NotNullWhen(true)] out Vm? vm)
    {
        vm = null;
        if (name.Length > vmm_limits.VM_MAX_NAMELEN)
        {
            return false;
        }

        vmmctl_vm_destroy argument = default;
        name.CopyTo(new Span<byte>(argument.name, vmm_limits.VM_MAX_NAMELEN));

        ControlCaller caller = Enter(credential, handle: null);
        if (ControlCommands<ProcessorAtomics, ControlHandlers>.FindVm(new ControlCall(caller), ref argument) == 0)
        {
            vm = caller.Vm;
        }

        Leave(caller);
        return vm is not null;
    }
}
