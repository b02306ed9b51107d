using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <content>How a caller waits for a vCPU to go idle, and is woken.</content>
public static unsafe partial class VcpuLocks<TAtomics>
{
    private const uint OneEjector = (uint)VcpuRequests.OneEjector;

    /// <summary>Somebody waits to eject the vCPU, which enters no guest code until he has had it. The vCPU's holder.</summary>
    public static bool HasEjector(Vcpu* vcpu) => TAtomics.Read(ref vcpu->Requests) >= OneEjector;

    /// <summary>
    /// Waits until those have had a vCPU who wait to eject it. For a command that a client calls again and again: it would find the vCPU idle before they have
    /// woken up, and go on taking it from them for as long as the scheduler lets it.
    /// </summary>
    /// <remarks>The caller holds no lock, so nobody whom it lets go first waits for it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LetEjectorsPass(ref VmLocks locks, int id)
    {
        if ((uint)id < locks.VcpuLimit && HasEjector(locks.Vcpus + id))
        {
            AwaitEjectors(locks.Vcpus + id);
        }
    }

    // Each ejector wakes who sleeps here when it has got its vCPU, and any other change of the word only has it looked at again.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AwaitEjectors(Vcpu* vcpu)
    {
        uint requests;
        while ((requests = TAtomics.Read(ref vcpu->Requests)) >= OneEjector)
        {
            TAtomics.Wait(ref vcpu->Requests, requests);
        }
    }

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
            TAtomics.Wake(ref vcpu->Requests); // see AwaitEjectors
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
