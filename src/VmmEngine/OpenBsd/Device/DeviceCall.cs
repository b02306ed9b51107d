using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>One call into a host's device: whose, through which open file, with which caller line. Good until the call returns.</summary>
public readonly unsafe struct DeviceCall
{
    private readonly CallerLine* _line;

    internal DeviceCall(VmmHandle handle, Credential credential, CallerLine* line)
    {
        Handle = handle;
        Credential = credential;
        _line = line;
    }

    private DeviceCall(in DeviceCall call, Vm subject)
    {
        this = call;
        Subject = subject;
    }

    /// <summary>The host's locks.</summary>
    public ref HostLocks Locks => ref *Host.Memory.Locks;

    /// <summary>The caller's markers in the host's locks.</summary>
    public ref CallerLine Line => ref *_line;

    /// <summary>On whose behalf.</summary>
    public Credential Credential { get; }

    internal VmmHandle Handle { get; }

    internal OpenBsdHost Host => Handle.Host;

    /// <summary>The VM that a step of a command is about, where its argument cannot say.</summary>
    internal Vm? Subject { get; }

    /// <summary>Finds a VM and takes a reference, which <see cref="VmTarget.Release"/> gives back.</summary>
    /// <remarks>
    /// Holds the list lock for itself alone and never when it returns. It is not a row of its own but what every row's FIND_VM stands for:
    /// a row passes on nothing but its argument, which has no room for a managed VM and its line. So the lock reports count FIND_VM as
    /// a shared look at the list.
    /// </remarks>
    /// <param name="id">Any number.</param>
    /// <param name="target">The VM, if the result is 0.</param>
    /// <returns>0; ENOENT if the id names no VM; what a broken promise leads to if the caller may not see it; ENOMEM.</returns>
    public int FindVm(uint id, out VmTarget target)
    {
        SlotLocks<ProcessorAtomics>.EnterShared(ref Locks.VmList, ref Line.VmList);

        Vm? vm = Host.Vms.Find(id);
        bool visible = vm is not null && PledgeFilter.Shows(Credential, vm);
        if (visible)
        {
            ReferenceCounts<ProcessorAtomics>.Take(ref vm!.References); // the list's reference cannot go while its lock is held
        }

        SlotLocks<ProcessorAtomics>.ExitShared(ref Locks.VmList, ref Line.VmList);

        if (!visible)
        {
            target = default;
            return vm is null ? Errno.ENOENT : Host.BreakPromise(Credential);
        }

        try
        {
            target = new VmTarget(in this, vm!, vm!.Memory.RentLine());
            return 0;
        }
        catch (OutOfMemoryException)
        {
            ReferenceCounts<ProcessorAtomics>.Release(ref vm!.References);
            target = default;
            return Errno.ENOMEM;
        }
    }

    /// <summary>The same call, about a VM.</summary>
    internal DeviceCall About(Vm subject) => new(in this, subject);
}
