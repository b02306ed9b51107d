using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;

namespace VmmEngine.Exploration.Rows;

/// <summary>What an explored caller hands to a generated row of a host: the host's locks, its own line there, and the one VM that may be listed.</summary>
/// <param name="host">The host's locks.</param>
/// <param name="hostLine">The caller's line of the host.</param>
/// <param name="vm">The locks of the VM with id 1.</param>
/// <param name="vmLine">The caller's line of that VM.</param>
/// <param name="listed">Not 0 while the VM is in the list. Guarded by the list's lock.</param>
/// <param name="references">The VM's references.</param>
public readonly unsafe struct HostCall(
    HostLocks* host, CallerLine* hostLine, VmLocks* vm, CallerLine* vmLine, uint* listed, ReferenceCount* references)
{
    /// <summary>The id of the one VM.</summary>
    public const uint VmId = 1;

    /// <summary>The host's locks.</summary>
    public ref HostLocks Locks => ref *host;

    /// <summary>The caller's line of the host.</summary>
    public ref CallerLine Line => ref *hostLine;

    internal ref uint Listed => ref *listed;

    internal ref ReferenceCount References => ref *references;

    /// <summary>Looks a VM up under the list's lock and takes a reference, as the product's call does.</summary>
    /// <param name="id">The VM's id.</param>
    /// <param name="target">The VM.</param>
    public int FindVm(uint id, out HostTarget target)
    {
        target = new HostTarget(vm, vmLine, references);
        SlotLocks<ReplayAtomics>.EnterShared(ref host->VmList, ref hostLine->VmList);
        bool found = id == VmId && ReplayAtomics.Read(ref *listed) != 0;
        if (found)
        {
            ReferenceCounts<ReplayAtomics>.Take(ref *references);
        }

        SlotLocks<ReplayAtomics>.ExitShared(ref host->VmList, ref hostLine->VmList);
        return found ? 0 : Errno.ENOENT;
    }
}
