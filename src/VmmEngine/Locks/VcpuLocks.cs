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
public static unsafe class VcpuLocks<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const uint Idle = (uint)VcpuState.Idle;
    private const uint Frozen = (uint)VcpuState.Frozen;
    private const uint Absent = (uint)VcpuState.Absent;

    /// <summary>Finds or creates a vCPU, ejects it from the guest and freezes it. Waits as long as it takes.</summary>
    /// <returns>False if the id is out of range, or names no vCPU in a VM that is dying.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFreeze(ref VmLocks locks, int id, out Vcpu* vcpu)
    {
        if ((uint)id >= locks.VcpuLimit)
        {
            vcpu = null;
            return false;
        }

        vcpu = locks.Vcpus + id;
        return TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle || TryFreezeContended(ref locks, vcpu);
    }

    /// <summary>Finds a vCPU, waits until it is idle without ejecting it, and freezes it.</summary>
    /// <returns>False if the id names no vCPU.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAwait(ref VmLocks locks, int id, out Vcpu* vcpu)
    {
        if ((uint)id >= locks.VcpuLimit)
        {
            vcpu = null;
            return false;
        }

        vcpu = locks.Vcpus + id;
        return TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle || TryAwaitContended(ref locks, vcpu);
    }

    /// <summary>Gives a frozen vCPU back and wakes those who wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Thaw(Vcpu* vcpu)
    {
        TAtomics.Write(ref vcpu->State, Idle);

        // No fence between the store and this load. A waiter that this load misses has yet to pass its process-wide barrier, which
        // drains the store, so its next compare-exchange finds the vCPU idle.
        if (TAtomics.Read(ref vcpu->Waiters) != 0)
        {
            WakeWaiters(vcpu);
        }
    }

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

    /// <summary>Freezes every vCPU and keeps new ones from being created: requests all and kicks all before it waits for any.</summary>
    public static void FreezeAll(ref VmLocks locks) => TakeAll(ref locks, eject: true);

    /// <summary>Waits until every vCPU is idle without ejecting any, freezes them, and keeps new ones from being created.</summary>
    public static void AwaitAll(ref VmLocks locks) => TakeAll(ref locks, eject: false);

    /// <summary>Gives all vCPUs back after <see cref="FreezeAll"/> or <see cref="AwaitAll"/>, then allows creation again.</summary>
    public static void ThawAll(ref VmLocks locks)
    {
        Vcpu* end = locks.Vcpus + TAtomics.Read(ref locks.VcpuCount);
        for (Vcpu* vcpu = locks.Vcpus; vcpu < end; vcpu++)
        {
            if (TAtomics.Read(ref vcpu->State) != Absent)
            {
                Thaw(vcpu);
            }
        }

        WordLocks<TAtomics>.Exit(ref locks.Creation);
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
    private static bool TryFreezeContended(ref VmLocks locks, Vcpu* vcpu)
    {
        if (TAtomics.Read(ref vcpu->State) == Absent && !TryCreate(ref locks, vcpu))
        {
            return false;
        }

        Register(vcpu, VcpuRequests.OneEjector);
        FreezeRegistered(ref locks, vcpu, eject: true);
        Unregister(vcpu, VcpuRequests.OneEjector);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryAwaitContended(ref VmLocks locks, Vcpu* vcpu)
    {
        if (TAtomics.Read(ref vcpu->State) == Absent)
        {
            return false;
        }

        Register(vcpu, VcpuRequests.None);
        FreezeRegistered(ref locks, vcpu, eject: false);
        Unregister(vcpu, VcpuRequests.None);
        return true;
    }

    private static void TakeAll(ref VmLocks locks, bool eject)
    {
        WordLocks<TAtomics>.Enter(ref locks.Creation);

        Vcpu* end = locks.Vcpus + TAtomics.Read(ref locks.VcpuCount);
        for (Vcpu* vcpu = locks.Vcpus; vcpu < end; vcpu++)
        {
            uint state = TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle);
            if (state != Idle && state != Absent)
            {
                TakeRest(ref locks, vcpu, end, eject);
                return;
            }
        }
    }

    // All that are left are asked before any is waited for: they leave the guest side by side.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeRest(ref VmLocks locks, Vcpu* first, Vcpu* end, bool eject)
    {
        VcpuRequests ejector = eject ? VcpuRequests.OneEjector : VcpuRequests.None;
        for (Vcpu* vcpu = first; vcpu < end; vcpu++)
        {
            if (TAtomics.Read(ref vcpu->State) != Absent)
            {
                TAtomics.Add(ref vcpu->Waiters, 1);
                if (eject)
                {
                    TAtomics.Add(ref vcpu->Requests, (uint)ejector);
                    Notify(ref locks, vcpu);
                }
            }
        }

        TAtomics.BarrierProcessWide(); // pairs with Thaw, for all vCPUs at once
        for (Vcpu* vcpu = first; vcpu < end; vcpu++)
        {
            if (TAtomics.Read(ref vcpu->State) != Absent)
            {
                FreezeRegistered(ref locks, vcpu, eject);
                Unregister(vcpu, ejector);
            }
        }
    }

    // A waiter stays registered until it holds the vCPU. From the barrier on every thaw sees it, and counts up what it sleeps on; a thaw that did
    // not see it has its store drained by the barrier. A registered ejector alone keeps the runner from entering the guest
    // again, so a runner that comes back at once cannot starve it.
    private static void Register(Vcpu* vcpu, VcpuRequests ejector)
    {
        TAtomics.Add(ref vcpu->Waiters, 1);
        if (ejector != VcpuRequests.None)
        {
            TAtomics.Add(ref vcpu->Requests, (uint)ejector);
        }

        TAtomics.BarrierProcessWide(); // pairs with Thaw
    }

    private static void Unregister(Vcpu* vcpu, VcpuRequests ejector)
    {
        if (ejector != VcpuRequests.None)
        {
            TAtomics.Add(ref vcpu->Requests, 0u - (uint)ejector);
        }

        TAtomics.Add(ref vcpu->Waiters, uint.MaxValue);
    }

    private static void FreezeRegistered(ref VmLocks locks, Vcpu* vcpu, bool eject)
    {
        while (true)
        {
            uint thaws = TAtomics.Read(ref vcpu->Thaws);
            if (TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle)
            {
                return;
            }

            if (eject)
            {
                Post(ref locks, vcpu, VcpuRequests.Idle);
            }

            if (!TAtomics.Spin(ref vcpu->Thaws, thaws))
            {
                TAtomics.Wait(ref vcpu->Thaws, thaws);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WakeWaiters(Vcpu* vcpu)
    {
        TAtomics.Add(ref vcpu->Thaws, 1);
        TAtomics.Wake(ref vcpu->Thaws);
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
