using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>The VMs of a host, and how many there are.</summary>
/// <remarks>
/// Guarded by the host's list lock: members that change something want it exclusively, the others shared. A VM leaves the list when its
/// end begins and the counts when it is over. The two counts may also be read without the lock, for a moment's picture.
/// </remarks>
internal sealed unsafe class VmRegistry(int vcpuLimit)
{
    // By ascending id, which is also the order of arrival. Room for all from the start, as every VM has a vCPU: nothing is allocated under the lock.
    private readonly Vm[] _vms = new Vm[vcpuLimit];
    private uint _lastId;

    /// <summary>VMs, those being terminated included.</summary>
    public int VmCount { get; private set; }

    /// <summary>vCPUs of all VMs, those being terminated included.</summary>
    public int VcpuCount { get; private set; }

    /// <summary>VMs that can be found.</summary>
    public int Listed { get; private set; }

    /// <summary>The id of the next VM, never given out before.</summary>
    public uint NextId => _lastId + 1;

    /// <summary>True if the host may have so many vCPUs more, and an id for their VM.</summary>
    public bool HasRoomFor(int vcpus) => vcpus <= vcpuLimit - VcpuCount && _lastId != uint.MaxValue;

    /// <summary>Finds a VM; null if the id names none.</summary>
    public Vm? Find(uint id)
    {
        int index = IndexOf(id);
        return index < 0 ? null : _vms[index];
    }

    /// <summary>Gives a VM the next id and lists it. There must be room.</summary>
    public void Add(Vm vm)
    {
        vm.Id = ++_lastId;
        _vms[Listed++] = vm;
        VmCount++;
        VcpuCount += vm.VcpuCount;
    }

    /// <summary>Takes a listed VM off the list. It goes on counting.</summary>
    public void Remove(Vm vm)
    {
        int index = IndexOf(vm.Id);
        Listed--;
        Array.Copy(_vms, index + 1, _vms, index, Listed - index);
        _vms[Listed] = null!;
    }

    /// <summary>Stops counting a VM.</summary>
    public void Forget(Vm vm)
    {
        VmCount--;
        VcpuCount -= vm.VcpuCount;
    }

    /// <summary>Describes the listed VMs, the newest first.</summary>
    /// <param name="records">Zeroed room for <paramref name="count"/> records.</param>
    /// <param name="count">At most so many.</param>
    /// <returns>How many records were filled.</returns>
    public int Describe(vm_info_result* records, int count)
    {
        int described = Math.Min(count, Listed);
        for (int i = 0; i < described; i++)
        {
            _vms[Listed - 1 - i].Describe(records + i);
        }

        return described;
    }

    private int IndexOf(uint id)
    {
        int low = 0;
        int high = Listed - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            uint found = _vms[middle].Id;
            if (found == id)
            {
                return middle;
            }

            if (found < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }
}
