using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <summary>
/// Taking vCPUs out of circulation: one, or all. "Freeze" ejects a running vCPU from the guest; "await" waits until its runner has
/// returned by itself.
/// </summary>
/// <remarks>
/// Freezing an idle vCPU is one compare-exchange, thawing it one release store and a load of the same line. A caller that must wait
/// registers, and pays one process-wide barrier so that the thawing side needs no fence (see <see cref="Thaw"/>).
/// </remarks>
public static unsafe partial class VcpuLocks<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const uint Idle = (uint)VcpuState.Idle;
    private const uint Frozen = (uint)VcpuState.Frozen;
    private const uint Absent = (uint)VcpuState.Absent;

    /// <summary>Finds a vCPU, or creates it, without freezing it.</summary>
    /// <returns>False if the id is out of range, or names no vCPU in a VM that is dying.</returns>
    public static bool TryFindOrCreate(ref VmLocks locks, int id, out Vcpu* vcpu)
    {
        if (TryFind(ref locks, id, out vcpu))
        {
            return true;
        }

        if ((uint)id >= locks.VcpuLimit)
        {
            return false;
        }

        vcpu = locks.Vcpus + id;
        return TryCreate(ref locks, vcpu);
    }

    /// <summary>Finds a vCPU without freezing it.</summary>
    /// <returns>False, and null, if the id names none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFind(ref VmLocks locks, int id, out Vcpu* vcpu)
    {
        vcpu = null;
        if ((uint)id >= locks.VcpuLimit || TAtomics.Read(ref locks.Vcpus[id].State) == Absent)
        {
            return false;
        }

        vcpu = locks.Vcpus + id;
        return true;
    }

    /// <summary>From now on no vCPU comes into being; those that exist stay. Part of destroy.</summary>
    public static void ForbidCreation(ref VmLocks locks)
    {
        WordLocks<TAtomics>.Enter(ref locks.Creation);
        TAtomics.Write(ref locks.CreationForbidden, 1);
        WordLocks<TAtomics>.Exit(ref locks.Creation);
    }

    /// <summary>Posts a request to a vCPU and makes it notice: kicks it out of the guest or wakes it from its sleep.</summary>
    public static void Post(ref VmLocks locks, Vcpu* vcpu, VcpuRequests requests)
    {
        TAtomics.Or(ref vcpu->Requests, (uint)requests);
        Notify(ref locks, vcpu);
    }

    /// <summary>Withdraws a request that its poster no longer has.</summary>
    /// <returns>False if none of it was posted.</returns>
    public static bool Withdraw(Vcpu* vcpu, VcpuRequests requests) =>
        (TAtomics.And(ref vcpu->Requests, ~(uint)requests) & (uint)requests) != 0;

    // The caller has just posted with a full fence; see GuestEntry for the other half of the protocol. An idle or frozen vCPU notices
    // by itself at its next guest entry.
    private static void Notify(ref VmLocks locks, Vcpu* vcpu)
    {
        switch ((VcpuState)TAtomics.Read(ref vcpu->State))
        {
            case VcpuState.Running when locks.Kick != null:
                locks.Kick(vcpu);
                break;

            case VcpuState.Sleeping:
                TAtomics.Wake(ref vcpu->Requests);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryCreate(ref VmLocks locks, Vcpu* vcpu)
    {
        WordLocks<TAtomics>.Enter(ref locks.Creation);

        bool exists = TAtomics.Read(ref vcpu->State) != Absent;
        if (!exists && TAtomics.Read(ref locks.CreationForbidden) == 0)
        {
            uint count = (uint)vcpu->Id + 1;
            if (TAtomics.Read(ref locks.VcpuCount) < count)
            {
                TAtomics.Write(ref locks.VcpuCount, count);
            }

            TAtomics.Write(ref vcpu->State, Idle);
            exists = true;
        }

        WordLocks<TAtomics>.Exit(ref locks.Creation);
        return exists;
    }
}
