namespace VmmEngine.Locks;

/// <summary>
/// Where the vCPUs of a suspended VM meet: each that has noticed the suspend waits until all active ones have, then all go on together. Also
/// opened by a destruction, for those whose partners never come.
/// </summary>
/// <remarks>
/// <para>
/// Once open the barrier stays open until a reset closes it, with every vCPU frozen; a vCPU that is activated meanwhile passes through.
/// </para>
/// <para>
/// Whoever opens it sets <see cref="VmLocks.SuspendBarrierOpen"/> and then posts an event to every vCPU that has joined, which changes the word that
/// it sleeps on. A waiter joins, clears the event, looks whether the barrier is open, and then reads the word it will sleep on: an
/// event from before the clearing belongs to a barrier that it finds open, a later one keeps it from falling asleep.
/// </para>
/// <para>
/// A waiter leaves for a caller that wants its vCPU: whoever holds a vCPU must not depend on another one (see the order of locks), as a
/// caller that has frozen the partner does.
/// </para>
/// </remarks>
public static unsafe class SuspendBarrier<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const uint Open = 1;
    private const uint Closed = 0;

    /// <summary>The holder of a vCPU that has noticed the suspend joins the others and waits for them.</summary>
    /// <returns>True: all have come, and the vCPU counts as suspended. False: somebody wants the vCPU, which does not count; come again.</returns>
    public static bool TryPass(ref VmLocks locks, Vcpu* vcpu)
    {
        if (Join(ref locks, vcpu))
        {
            return true;
        }

        TAtomics.Exchange(ref vcpu->State, (uint)VcpuState.Sleeping);
        bool passed = Wait(ref locks, vcpu);
        TAtomics.Write(ref vcpu->State, (uint)VcpuState.Frozen);
        if (!passed)
        {
            VcpuSets<TAtomics>.TryRemove(VcpuFlags.Suspended, vcpu);
            GuestEntry<TAtomics>.TakeIdleRequest(vcpu);
        }

        return passed;
    }

    /// <summary>The holder of a vCPU that has noticed the suspend joins the others without waiting for them.</summary>
    /// <returns>True if it was the last to come, and has opened the barrier.</returns>
    public static bool Join(ref VmLocks locks, Vcpu* vcpu)
    {
        VcpuSets<TAtomics>.TryAdd(VcpuFlags.Suspended, vcpu);
        if (!VcpuSets<TAtomics>.ContainsAllActive(ref locks, VcpuFlags.Suspended))
        {
            return false;
        }

        Release(ref locks);
        return true;
    }

    /// <summary>Opens the barrier and wakes who waits in it. Any thread.</summary>
    public static void Release(ref VmLocks locks)
    {
        TAtomics.Exchange(ref locks.SuspendBarrierOpen, Open); // a fence: whoever joins after this look at the sets finds the barrier open
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            if (VcpuSets<TAtomics>.Contains(VcpuFlags.Suspended, locks.Vcpus + id))
            {
                VcpuLocks<TAtomics>.Post(ref locks, locks.Vcpus + id, VcpuRequests.Event);
            }
        }
    }

    /// <summary>Closes the barrier for the next suspend. Every vCPU is frozen.</summary>
    public static void Close(ref VmLocks locks) => TAtomics.Write(ref locks.SuspendBarrierOpen, Closed);

    private static bool Wait(ref VmLocks locks, Vcpu* vcpu)
    {
        while (true)
        {
            GuestEntry<TAtomics>.TakeEventRequest(vcpu);
            if (TAtomics.Read(ref locks.SuspendBarrierOpen) == Open)
            {
                return true;
            }

            uint requests = TAtomics.Read(ref vcpu->Requests);
            if ((requests & (uint)VcpuRequests.Idle) != 0 || requests >= (uint)VcpuRequests.OneEjector)
            {
                return false;
            }

            if ((requests & (uint)VcpuRequests.Event) == 0)
            {
                TAtomics.Wait(ref vcpu->Requests, requests);
            }
        }
    }
}
