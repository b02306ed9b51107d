using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <content>How a caller waits for a vCPU to go idle, and is woken.</content>
public static unsafe partial class VcpuLocks<TAtomics>
{
    private const uint OneEjector = (uint)VcpuRequests.OneEjector;

    /// <summary>Somebody waits to eject the vCPU, which enters no guest code until he has had it. The vCPU's holder.</summary>
    public static bool HasEjector(Vcpu* vcpu) => TAtomics.Read(ref vcpu->Requests) >= OneEjector;

    // A waiter stays registered until it holds the vCPU. From the barrier on every thaw sees it, and counts up what it sleeps on; a thaw that did
    // not see it has its store drained by the barrier. A registered ejector alone keeps the runner from entering the guest
    // again, so a runner that comes back at once cannot starve it.
    private static void Register(Vcpu* vcpu, bool eject)
    {
        Announce(vcpu, eject);
        TAtomics.BarrierProcessWide(); // pairs with Thaw
    }

    // Registers but for the barrier, which a caller with several vCPUs passes once for all of them.
    private static void Announce(Vcpu* vcpu, bool eject)
    {
        TAtomics.Add(ref vcpu->Waiters, 1);
        if (eject)
        {
            TAtomics.Add(ref vcpu->Requests, OneEjector);
        }
    }

    private static void Unregister(Vcpu* vcpu, bool eject)
    {
        if (eject)
        {
            TAtomics.Add(ref vcpu->Requests, unchecked(0u - OneEjector));
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
}
