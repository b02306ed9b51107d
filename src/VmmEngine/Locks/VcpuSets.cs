namespace VmmEngine.Locks;

/// <summary>The sets of a VM's vCPUs, each vCPU's memberships in a word of its own. Any thread.</summary>
public static unsafe class VcpuSets<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>True if a vCPU is in a set (acquire).</summary>
    public static bool Contains(VcpuFlags set, Vcpu* vcpu) => ((VcpuFlags)TAtomics.Read(ref vcpu->Flags) & set) != 0;

    /// <summary>Puts a vCPU into a set. Full fence.</summary>
    /// <returns>False if it was there already.</returns>
    public static bool TryAdd(VcpuFlags set, Vcpu* vcpu) => ((VcpuFlags)TAtomics.Or(ref vcpu->Flags, (uint)set) & set) == 0;

    /// <summary>Takes a vCPU out of sets. Full fence.</summary>
    /// <returns>False if it was in none of them.</returns>
    public static bool TryRemove(VcpuFlags sets, Vcpu* vcpu) => ((VcpuFlags)TAtomics.And(ref vcpu->Flags, ~(uint)sets) & sets) != 0;

    /// <summary>True if every active vCPU is in a set; also if none is active.</summary>
    /// <remarks>
    /// Of several vCPUs that put themselves into the set and then ask, at least one hears true: adding is a full fence, so the last to
    /// pass it finds the others there.
    /// </remarks>
    public static bool ContainsAllActive(ref VmLocks locks, VcpuFlags set)
    {
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            VcpuFlags flags = (VcpuFlags)TAtomics.Read(ref locks.Vcpus[id].Flags);
            if ((flags & (VcpuFlags.Active | set)) == VcpuFlags.Active)
            {
                return false;
            }
        }

        return true;
    }
}
