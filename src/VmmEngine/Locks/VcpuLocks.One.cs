using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <content>One vCPU: freezing it, and giving it back.</content>
public static unsafe partial class VcpuLocks<TAtomics>
{
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

    /// <summary>Finds a vCPU, ejects it from the guest and freezes it. Waits as long as it takes.</summary>
    /// <returns>False if the id names no vCPU.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFreezeExisting(ref VmLocks locks, int id, out Vcpu* vcpu)
    {
        if ((uint)id >= locks.VcpuLimit)
        {
            vcpu = null;
            return false;
        }

        vcpu = locks.Vcpus + id;
        return TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle || TryWaitExisting(ref locks, vcpu, eject: true);
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
        return TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle || TryWaitExisting(ref locks, vcpu, eject: false);
    }

    /// <summary>Freezes a vCPU if nobody holds it, and waits for nobody.</summary>
    /// <returns>False if somebody does, or there is none.</returns>
    public static bool TryFreezeIdle(Vcpu* vcpu) => TAtomics.CompareExchange(ref vcpu->State, Frozen, Idle) == Idle;

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFreezeContended(ref VmLocks locks, Vcpu* vcpu)
    {
        if (TAtomics.Read(ref vcpu->State) == Absent && !TryCreate(ref locks, vcpu))
        {
            return false;
        }

        Register(vcpu, eject: true);
        FreezeRegistered(ref locks, vcpu, eject: true);
        Unregister(vcpu, eject: true);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryWaitExisting(ref VmLocks locks, Vcpu* vcpu, bool eject)
    {
        if (TAtomics.Read(ref vcpu->State) == Absent)
        {
            return false;
        }

        Register(vcpu, eject);
        FreezeRegistered(ref locks, vcpu, eject);
        Unregister(vcpu, eject);
        return true;
    }
}
