using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.OpenBsd.Baseline;

namespace VmmEngine.OpenBsd;

/// <summary>One open file of <c>/dev/vmm</c>. Keeps no state of its own: any number may be open, and all see the same VMs.</summary>
public sealed unsafe class VmmHandle : DeviceHandle
{
    private const uint SizeMask = 0x1FFF_0000;
    private const uint LargestSize = 4096u << 16; // one page
    private const uint In = 0x8000_0000;

    private readonly OpenMode _mode;
    private volatile bool _closed;

    internal VmmHandle(OpenBsdHost host, OpenMode mode, Credential credential)
    {
        Host = host;
        Credential = credential;
        _mode = mode;
        Owner = host.Options.CloseTerminatesVms ? new VmOwner() : null;
    }

    /// <summary>
    /// On whose behalf <see cref="Ioctl"/> calls. A process that makes promises, or is handed the file by another, replaces it; calls already
    /// inside go on with the old one.
    /// </summary>
    public Credential Credential { get; set; }

    internal OpenBsdHost Host { get; }

    /// <summary>The VMs that end with this file; null if they outlive it.</summary>
    internal VmOwner? Owner { get; }

    /// <summary>
    /// A caller that keeps its own line, for a thread that calls often. <paramref name="credential"/> is on whose behalf it calls; null for
    /// the handle's at the time of each command, so that promises made later bind it too.
    /// </summary>
    public DeviceCaller CreateCaller(Credential? credential = null) => new(this, credential);

    /// <inheritdoc/>
    /// <remarks>
    /// Sleeps while the host is suspended. The errno numbers are OpenBSD's: ENOTTY (unknown word, another revision's word, more than a page of
    /// argument), EFAULT (no argument), EBADF (closed, or open for nothing), EPERM or ENOSYS (a promise broken), else the row's.
    /// </remarks>
    public override int Ioctl(uint command, void* argument)
    {
        CallerLine* line = Host.Memory.RentLine();
        int error = Execute(Credential, line, command, argument);
        LockMemory.ReturnLine(line);
        GC.KeepAlive(Host); // owns the line's memory
        return error;
    }

    /// <summary>Executes a command with the caller's own line, which lives in the host's memory.</summary>
    internal int Execute(Credential credential, CallerLine* line, uint command, void* argument)
    {
        int error = Admit(credential, command, argument);
        return error != 0 ? error : Enter(credential, line, command, argument);
    }

    /// <summary>Ends the VMs tied to this file, if the host ties them; waits for the calls inside them, and while the host is suspended.</summary>
    protected internal override void OnClose()
    {
        _closed = true;
        if (Owner is null)
        {
            return;
        }

        CallerLine* line = Host.Memory.RentLine();
        foreach (uint id in Owner.Close())
        {
            // A VM that somebody else is ending at the same moment needs no second end: the answer does not matter.
            vm_terminate_params argument = new() { vtp_vm_id = id };
            Enter(Credential.Superuser, line, BaselineCommandWords.VMM_IOC_TERM, &argument);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(Host); // owns the line's memory
    }

    private int Enter(Credential credential, CallerLine* line, uint command, void* argument)
    {
        HostLocks* locks = Host.Memory.Locks;
        SlotLocks<ProcessorAtomics>.EnterShared(ref locks->Gate, ref line->Gate);
        int error = Host.Dispatch(new DeviceCall(this, credential, line), command, argument);
        SlotLocks<ProcessorAtomics>.ExitShared(ref locks->Gate, ref line->Gate);

        GC.KeepAlive(Host); // owns the memory of the locks and the line
        return error;
    }

    // What the system does before the device sees a call, in its order.
    private int Admit(Credential credential, uint command, void* argument)
    {
        if (_closed || _mode == OpenMode.None)
        {
            return Errno.EBADF;
        }

        if (credential.Pledge is Promises promises && !PledgeFilter.Allows(promises, command, Host.Options.Revisions))
        {
            return Host.BreakPromise(credential);
        }

        uint size = command & SizeMask;
        if (size > LargestSize)
        {
            return Errno.ENOTTY;
        }

        return (command & In) != 0 && size != 0 && ArgumentCopy.IsNowhere(argument) ? Errno.EFAULT : 0;
    }
}
