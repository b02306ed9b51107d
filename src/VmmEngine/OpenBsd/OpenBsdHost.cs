using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;

namespace VmmEngine.OpenBsd;

/// <summary>One OpenBSD machine's <c>/dev/vmm</c>: its VMs, and the gate that suspending the machine closes.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public sealed unsafe class OpenBsdHost : IDeviceDirectory
{
    /// <summary>The device's one node.</summary>
    public const string DevicePath = "/dev/vmm";

    private readonly Lock _power = new();
    private volatile bool _suspended;

    /// <summary>Creates a host without VMs, awake, with virtualization off.</summary>
    public OpenBsdHost(OpenBsdOptions? options = null)
    {
        Options = options ?? new OpenBsdOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.VcpuLimit, 0);

        Vms = new VmRegistry(Options.VcpuLimit);
        Vpids = new VpidPool(Options.Quirks.HalveVpids ? Math.Min(Options.VpidMaximum, VpidPool.HighestLowerId) : Options.VpidMaximum);
        Virtualization = new VirtualizationSwitch(Options.Virtualization);
    }

    /// <summary>How the host was set up.</summary>
    public OpenBsdOptions Options { get; }

    /// <summary>How many VMs there are at the moment, those being terminated included.</summary>
    public int VmCount => Vms.VmCount;

    /// <summary>How many vCPUs all VMs have at the moment, those being terminated included.</summary>
    public int VcpuCount => Vms.VcpuCount;

    /// <summary>How many VPIDs are given out at the moment.</summary>
    public int VpidCount => Vpids.Count;

    /// <summary>True while virtualization is switched on.</summary>
    public bool IsVirtualizationOn => Virtualization.IsOn;

    /// <summary>True from the moment a suspension keeps new calls out until it is over.</summary>
    public bool IsSuspended => _suspended;

    /// <inheritdoc/>
    public bool JudgesCommandBeforeFile => false;

    internal HostLockMemory Memory { get; } = new();

    internal VmRegistry Vms { get; }

    internal VpidPool Vpids { get; }

    internal VirtualizationSwitch Virtualization { get; }

    /// <inheritdoc/>
    /// <remarks>Any number of opens succeed, suspended or not; who may open the node is the file system's affair.</remarks>
    public int Open(string path, OpenMode mode, Credential credential, out DeviceHandle? handle)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(credential);

        handle = path == DevicePath ? new VmmHandle(this, mode, credential) : null;
        return handle is null ? Errno.ENOENT : 0;
    }

    /// <summary>
    /// Keeps new calls waiting, waits until those inside have left, and switches virtualization off. Nothing makes a call leave early.
    /// </summary>
    /// <exception cref="InvalidOperationException">The host is suspended already.</exception>
    public void Suspend()
    {
        lock (_power)
        {
            if (_suspended)
            {
                throw new InvalidOperationException("The host is suspended already.");
            }

            _suspended = true;
            SlotLocks<ProcessorAtomics>.EnterExclusive(ref Memory.Locks->Gate);
            Virtualization.Suspend();
        }
    }

    /// <summary>Switches virtualization on again if there are VMs, and lets the waiting calls in. Any thread may undo another's <see cref="Suspend"/>.</summary>
    /// <returns>False if virtualization should be on and could not be switched on; calls are let in all the same.</returns>
    /// <exception cref="InvalidOperationException">The host is not suspended.</exception>
    public bool Resume()
    {
        lock (_power)
        {
            if (!_suspended)
            {
                throw new InvalidOperationException("The host is not suspended.");
            }

            bool ready = Virtualization.TryResume();
            _suspended = false;
            SlotLocks<ProcessorAtomics>.ExitExclusive(ref Memory.Locks->Gate);
            GC.KeepAlive(this); // owns the gate's memory, and this may be the last use of the host
            return ready;
        }
    }

    /// <summary>Executes a command inside the gate.</summary>
    internal int Dispatch(in DeviceCall call, uint command, void* argument)
    {
        int error = Errno.ENOTTY;
        if ((Options.Revisions & Revisions.Baseline) != 0)
        {
            error = BaselineCommands<ProcessorAtomics, Baseline.DeviceHandlers>.Ioctl(in call, command, argument);
        }

        // No row answers ENOTTY: it means that the revision does not know the word.
        if (error == Errno.ENOTTY && (Options.Revisions & Revisions.Newer) != 0)
        {
            error = NewerCommands<ProcessorAtomics, Newer.DeviceHandlers>.Ioctl(in call, command, argument);
        }

        return error;
    }

    /// <summary>What a process gets that breaks a promise.</summary>
    /// <returns>ENOSYS if it promised to take errors; else EPERM, after the host has been told that the process dies.</returns>
    internal int BreakPromise(Credential credential)
    {
        if (credential.Pledge is Promises promises && (promises & Promises.Error) != 0)
        {
            return Errno.ENOSYS;
        }

        Options.KillProcess?.Invoke(credential);
        return Errno.EPERM;
    }
}
