using VmmEngine.Devices;

namespace VmmEngine.FreeBsd;

/// <summary>
/// The VMs of a host, oldest first, doomed ones included until they are gone. Guarded by the host's list lock: readers hold it shared,
/// <see cref="Add"/> and <see cref="Remove"/> need it exclusively.
/// </summary>
internal sealed class VmList(FreeBsdHostOptions options)
{
    private readonly List<Vm> _vms = [];

    /// <summary>How many there are.</summary>
    public int Count => _vms.Count;

    /// <summary>The VM of that name, byte for byte, if the caller can see one.</summary>
    public Vm? FindVisible(ReadOnlySpan<byte> name, Credential caller)
    {
        foreach (Vm vm in _vms)
        {
            if (vm.Name.SequenceEqual(name) && CanSee(caller, vm))
            {
                return vm;
            }
        }

        return null;
    }

    /// <summary>The VM whose device a path below /dev/vmm/ names. The node of a doomed VM is gone.</summary>
    public Vm? FindNode(ReadOnlySpan<byte> path, Credential caller)
    {
        foreach (Vm vm in _vms)
        {
            if (!vm.IsDoomed && VmNames.SameNode(vm.Name, path) && SharesNodes(caller, vm))
            {
                return vm;
            }
        }

        return null;
    }

    /// <summary>True if a VM of that name cannot have a device node.</summary>
    public bool CollidesWithNode(ReadOnlySpan<byte> name, Credential caller)
    {
        foreach (Vm vm in _vms)
        {
            if (VmNames.NodesCollide(vm.Name, name) && SharesNodes(caller, vm))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many VMs count against a user's limit.</summary>
    public int CountOwnedBy(uint realUid)
    {
        int count = 0;
        foreach (Vm vm in _vms)
        {
            count += vm.Creator.RealUid == realUid ? 1 : 0;
        }

        return count;
    }

    /// <summary>Makes room, so that the next <see cref="Add"/> allocates nothing.</summary>
    public void ReserveOne() => _vms.EnsureCapacity(_vms.Count + 1);

    public void Add(Vm vm) => _vms.Add(vm);

    public void Remove(Vm vm) => _vms.Remove(vm);

    private bool CanSee(Credential caller, Vm vm) => AccessRules.CanSee(caller, vm.Creator, options.SeeOtherUids);

    private bool SharesNodes(Credential caller, Vm vm) => options.Quirks.ShareNodesAcrossVisibility || CanSee(caller, vm);
}
