using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <content>All vCPUs at once.</content>
public static unsafe partial class VcpuLocks<TAtomics>
{
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
        for (Vcpu* vcpu = first; vcpu < end; vcpu++)
        {
            if (TAtomics.Read(ref vcpu->State) != Absent)
            {
                Announce(vcpu, eject);
                if (eject)
                {
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
                Unregister(vcpu, eject);
            }
        }
    }
}
